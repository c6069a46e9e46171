import Foundation
import Testing

/// Sweeps seen from outside: the same bytes whoever computes them, stopped and gone on with, and what is refused.
@Suite(.serialized) struct SweepCommandTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func run(_ arguments: [String]) throws -> Command.Result { try Command.run(arguments, in: folder.path) }

    /// Quick ageing runs: SPM on a coarse mesh. Of the cut-offs one makes a cell that cannot be.
    private static let sweep = [
        "sweep", "lg-m50-okane2022", "--ageing", "sei-solvent-diffusion", "--model", "spm", "--samples", "6",
        "--vary", "rate=0.5:1.5", "--vary", "temperature=15:40", "--vary",
        "d := ageing > SEI > SEI solvent diffusivity [m2.s-1]=1e-21:1e-20:log", "--vary",
        "t := Upper voltage cut-off [V]=9,4.2", "--spread", "Positive electrode > Thickness [m]=0.01",
        "--cells-per-point", "2", "--noise", "capacity=0.001,resistance=0.01,voltage=0.001", "--bdf-every", "4",
        "--protocol", "Discharge at {rate}C until 2.5 V", "Charge at 1C until 4.2 V",
    ]

    /// Every file of a sweep but the seconds, by its place.
    private func contents(_ name: String) throws -> [String: Data] {
        let root = "\(folder.path)/\(name)"
        var all: [String: Data] = [:]
        for case let file as String in FileManager.default.enumerator(atPath: root) ?? .init() {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(root)/\(file)", isDirectory: &isFolder)
            if !isFolder.boolValue, file != "times.csv" {
                all[file] = try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(file)"))
            }
        }
        return all
    }

    /// Tables of runs that are complete.
    private func tables(_ name: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/\(name)/runs")) ?? []
        return names.filter { $0.hasSuffix(".csv") }
    }

    private func rows(_ name: String) throws -> [String] {
        try String(contentsOfFile: "\(folder.path)/\(name)/runs.csv", encoding: .utf8).split(separator: "\n").map(
            String.init)
    }

    @Test func workersDoNotChangeAByteAndAFailedRunCostsOne() throws {
        let sweep = Self.sweep + ["--cycles", "6"]
        let one = try run(sweep + ["--workers", "1", "--out", "one"])
        #expect(one.status == 0, "\(one.errors)")
        #expect(one.errors.contains("warning: 6 of 12 runs failed"))
        #expect(try run(sweep + ["--workers", "3", "--out", "three"]).status == 0)
        let all = try contents("one")
        #expect(try all == contents("three"))
        // A row for each run, a table and a series for each that could be computed.
        #expect(Set(all.keys.filter { $0.hasPrefix("runs/") }).count == 6)
        #expect(Set(all.keys.filter { $0.hasPrefix("bdf/") }).count == 6)
        let table = try rows("one")
        #expect(table.count == 13)
        #expect(table[0].hasPrefix("run,point,cell,rate,temperature,d,t,Positive electrode > Thickness [m],status,"))
        #expect(table.dropFirst().filter { $0.contains(",done,") }.count == 6)
        #expect(
            try String(contentsOfFile: "\(folder.path)/one/manifest.json", encoding: .utf8).contains("\"seed\" : 1"))
        // The same again has nothing to do; another seed is another sweep.
        let again = try run(sweep + ["--out", "one"])
        #expect(again.status == 0 && again.output.contains("nothing was missing"))
        let other = try run(sweep + ["--seed", "2", "--out", "one"])
        #expect(other.status == 65)
        #expect(other.errorLines.count == 1 && other.errors.contains("--seed is '1' there and '2' here"))
        #expect(try contents("one") == all)
    }

    /// Killed without warning, and by ^C: what is done stays done, and the end is the same.
    @Test func aStoppedSweepGoesOn() throws {
        let sweep = Self.sweep + ["--cycles", "80", "--workers", "1"]
        #expect(try run(sweep + ["--out", "whole"]).status == 0)
        for (signal, status) in [(SIGKILL, -SIGKILL), (SIGINT, 130)] {
            let name = "stopped\(signal)"
            let running = try Command.start(sweep + ["--out", name], in: folder.path)
            // Waiting in this thread: a task that sleeps would wake when other tests let it, after the sweep's end.
            for _ in 0..<4000 where tables(name).isEmpty { usleep(5000) }
            kill(running.process.processIdentifier, signal)
            let result = try running.wait()
            #expect(result.status == status, "\(result.errors)")
            if signal == SIGINT { #expect(result.errors.contains("the same command goes on")) }
            #expect(!tables(name).isEmpty)
            let rest = try run(sweep + ["--out", name, "--json"])
            #expect(rest.status == 0, "\(rest.errors)")
            #expect(try #require(rest.json()["computed"] as? Int) < 12)
            #expect(try contents(name) == contents("whole"))
        }
    }

    /// A disk that is full: as a limit on the size of files, which needs no rights.
    @Test func aFullDiskLosesNothingThatIsDone() throws {
        let sweep = Self.sweep.filter { $0 != "--bdf-every" && $0 != "4" } + ["--cycles", "20"]
        #expect(try run(sweep + ["--out", "whole"]).status == 0)
        let words = ([Command.path ?? ""] + sweep + ["--workers", "1", "--out", "full"]).map { "'\($0)'" }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        // Half a kilobyte more than the row of a run needs, less than a table of 20 cycles.
        process.arguments = ["-c", "trap '' XFSZ; ulimit -f 4; exec \(words.joined(separator: " "))"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 73, "\(said)")
        #expect(said.split(separator: "\n").count == 1 && said.contains("and the same command goes on"))
        #expect(try run(sweep + ["--out", "full"]).status == 0)
        #expect(try contents("full") == contents("whole"))
    }

    @Test(arguments: [
        (["--vary", "rate=2:1"], 64, "reversed"),
        (["--vary", "rate=1:2", "--vary", "Negative > Thicknes=1:2"], 64, "path"),
        (["--vary", "rate=1:2", "--design", "grid", "--samples", "0"], 64, "--samples"), ([], 64, "{rate}"),
        (["--vary", "rate=1:2", "--slurm"], 70, "no Slurm"),
        (["--vary", "rate=1:2", "--partition", "x"], 64, "--slurm"),
        (["--vary", "rate=1:2", "--out", "."], 65, "other files"),
        (["--vary", "rate=1:2", "--out", "mine.txt"], 64, "no folder"),
        (["--vary", "rate=1:2", "--workers", "0"], 64, "--workers"),
        (["--recipe", "gold"], 66, "lfp"), (["--vary", "rate=1:2", "--noise", "smell=1"], 64, "smell"),
    ])
    func whatCannotBeIsToldInOneLine(arguments: [String], status: Int32, word: String) throws {
        _ = try folder.file("mine.txt", "mine")
        let sweep = ["sweep", "lg-m50-chen2020", "--protocol", "Discharge at {rate}C until 2.5 V"]
        let place = arguments.contains("--out") ? [] : ["--out", "dir"]
        // Where no program is found there is no Slurm.
        let result = try Command.run(
            sweep + place + arguments, in: folder.path, environment: ["PATH": folder.path])
        #expect(result.status == status, "\(result.errors)")
        #expect(result.errorLines.count == 1 && result.errors.contains(word), "\(result.errors)")
        #expect(!result.output.contains("runs"))
    }

    @Test func runsCanBeListedWithoutRunningThem() throws {
        let result = try run(Self.sweep + ["--list"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.split(separator: "\n").count == 13)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    /// What stands for Slurm here runs every task at once, and loses the second one the first time. Tests/slurm.sh has a
    /// real one.
    @Test func aJobArrayGivesTheLocalResultAndALostTaskIsMadeUpFor() throws {
        let programs = [
            "sbatch": """
            #!/bin/sh
            for word; do
                case $word in --array=*) array=${word#--array=} ;; --wrap=*) wrap=${word#--wrap=} ;; esac
            done
            echo "$array" >>"$FAKE/log"
            for range in $(echo "${array%%%*}" | tr , ' '); do
                for task in $(seq "${range%-*}" "${range#*-}"); do
                    [ "$task" = 1 ] && [ ! -e "$FAKE/lost" ] && touch "$FAKE/lost" && continue
                    SLURM_ARRAY_TASK_ID=$task sh -c "$wrap" >>"$FAKE/out" 2>&1
                done
            done
            echo 42
            """,
            "squeue": "#!/bin/sh\n",
        ]
        for (name, text) in programs {
            let path = try folder.file(name, text)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        let sweep = Self.sweep + ["--cycles", "6"]
        #expect(try run(sweep + ["--out", "local"]).status == 0)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let result = try Command.run(
            sweep + ["--out", "a 'quoted' place", "--slurm", "--chunk", "4", "--throttle", "2"], in: folder.path,
            environment: ["PATH": "\(folder.path):\(path)", "FAKE": folder.path])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try contents("a 'quoted' place") == contents("local"))
        #expect(try String(contentsOfFile: "\(folder.path)/log", encoding: .utf8) == "0-2%2\n1%2\n")
    }
}
