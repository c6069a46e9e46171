@testable import CyclingData
import Foundation
import Testing

/// Damaged containers are refused with a line or read as far as they are whole; nothing traps, and memory is bounded.
///
/// `CELLAR_LONG=1` makes it a hundred thousand inputs.
@Suite struct ContainerFuzzTests {
    /// Small numbers that follow from a seed alone (SplitMix64).
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// A file with some bytes changed, numbers made huge, parts left out, doubled or cut off.
    private func mutated(_ original: [UInt8], _ random: inout Random) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) where bytes.count > 16 {
            // Headers are hit as often as all the rest.
            let end = Bool.random(using: &random) ? min(bytes.count, 4096) : bytes.count
            let place = Int.random(in: 0..<end, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: for index in place..<min(place + 4, bytes.count) { bytes[index] = 0xFF }
            case 3: for index in place..<min(place + 8, bytes.count) { bytes[index] = 0 }
            case 4: bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random))
            case 5: bytes.removeSubrange(place..<min(place + Int.random(in: 1...64, using: &random), bytes.count))
            default: bytes.insert(contentsOf: bytes[place..<min(place + 64, bytes.count)], at: place)
            }
        }
        return bytes
    }

    /// Reads it as what it is and as what it was; returns whether either read.
    private func survives(_ bytes: [UInt8], _ format: any CyclerFormat.Type) -> Bool {
        var isRead = false
        let found = Containers.formats.first { $0.recognises(Array(bytes.prefix(1 << 16))) }
        for format in [format] + (found.map { $0 == format ? [] : [$0] } ?? []) {
            do {
                let table = try format.read(bytes, path: "fuzz")
                isRead = true
                #expect(table.columns.allSatisfy { $0.count == table.count })
            } catch let error as ImportError {
                #expect(!error.problem.isEmpty && !error.remedy.isEmpty && !error.description.contains("\n"))
            } catch {
                Issue.record("not an ImportError: \(error)")
            }
        }
        return isRead
    }

    private func fuzz(_ original: [UInt8], _ format: any CyclerFormat.Type, count: Int, seed: UInt64) {
        let before = residentBytes()
        var random = Random(state: seed)
        var reads = 0
        for _ in 0..<count where survives(mutated(original, &random), format) { reads += 1 }
        print("\(format.name): \(reads) of \(count) mutated files were read, the others refused")
        #expect(residentBytes() - before < 512 << 20)
    }

    private func residentBytes() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }

    private static let files: [(String, String, Int)] = [
        ("neware/fastnda_interp-test.ndax", NewareNDAX.name, 30_000),
        ("biologic/yadg_mb.issue_223.mpr", BioLogicMPR.name, 20_000),
        ("biologic/yadg_gcpl.issue_226.CxN.mpr", BioLogicMPR.name, 20_000),
        ("arbin/calce_CS2_35_8_18_10.xlsx", XLSX.name, 4000), ("neware/fastnda_nda_v22.nda.zip", ZippedFile.name, 2000),
    ]

    @Test(.enabled(if: CyclerFiles.available, "CELLAR_DATASETS is not set"), arguments: files.indices)
    func real(_ index: Int) throws {
        let (file, name, many) = Self.files[index]
        let format = try #require(Containers.formats.first { $0.name == name })
        fuzz(try CyclerFiles.bytes(file), format, count: CyclerFiles.isLong ? many : many / 100, seed: UInt64(index))
    }

    /// The archive's checksums keep most changes from the file inside: it is changed bare.
    @Test(.enabled(if: CyclerFiles.available, "CELLAR_DATASETS is not set")) func nda() throws {
        let whole = try unzipped("neware/fastnda_nda_v22.nda.zip", "nda_v22.nda")
        fuzz(whole, NewareNDA.self, count: CyclerFiles.isLong ? 20_000 : 200, seed: 11)
        // Each version of the format, over the same bytes.
        for version in UInt8(0)...131 {
            var bytes = whole
            bytes[14] = version
            _ = survives(bytes, NewareNDA.self)
            fuzzQuietly(bytes, NewareNDA.self, count: CyclerFiles.isLong ? 30 : 2, seed: UInt64(version))
        }
    }

    /// Pages of an .ndax in an archive without checksums that would refuse them.
    @Test(.enabled(if: CyclerFiles.available, "CELLAR_DATASETS is not set")) func ndaxPages() throws {
        var random = Random(state: 5)
        let names = ["data.ndc", "data_runInfo.ndc", "data_step.ndc", "TestInfo.xml"]
        let parts = try names.map { ($0, try unzipped("neware/fastnda_interp-test.ndax", $0)) }
        for round in 0..<(CyclerFiles.isLong ? 4000 : 100) {
            var changed = parts.map { ($0.0, mutated($0.1, &random)) }
            // Versions that this file is not.
            if round % 2 == 0, changed[0].1.count > 2 { changed[0].1[2] = UInt8(round / 2 % 20) }
            changed.append(("data_AUX_1_1_1.ndc", mutated(parts[0].1, &random)))
            _ = survives(TestArchive.stored(changed), NewareNDAX.self)
        }
    }

    @Test(arguments: [0, 1]) func matlab(_ index: Int) {
        let original = index == 0 ? MATFixtures.nasa : MATFixtures.severson
        fuzz(original, MATFile.self, count: CyclerFiles.isLong ? 1000 : 40, seed: UInt64(index))
    }

    @Test(.enabled(if: CyclerFiles.available, "CELLAR_DATASETS is not set")) func database() throws {
        let original = try CyclerFiles.bytes("arbin/cellpy_20160805_test001_45_cc_01.res")
        fuzz(original, ArbinRES.self, count: CyclerFiles.isLong ? 300 : 5, seed: 3)
    }

    @Test func gzip() throws {
        let original = try GzipReaderTests.packed(Array(String(repeating: "1,2,3\n", count: 500).utf8))
        var random = Random(state: 9)
        for _ in 0..<(CyclerFiles.isLong ? 20_000 : 500) {
            do { _ = try GzipReader.unpack(mutated(original, &random), path: "fuzz") } catch is ImportError {}
        }
    }

    private func fuzzQuietly(_ original: [UInt8], _ format: any CyclerFormat.Type, count: Int, seed: UInt64) {
        var random = Random(state: seed)
        for _ in 0..<count { _ = survives(mutated(original, &random), format) }
    }

    /// A file of an archive, through the system's unzip-like reader in this package.
    private func unzipped(_ archive: String, _ name: String) throws -> [UInt8] {
        let zip = try ZipArchive(try CyclerFiles.bytes(archive), path: archive)
        return try zip.read(try #require(zip.entry(name)))
    }
}
