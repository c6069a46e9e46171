/// Versions 129 and 130 of `.nda`, written by BTS 9: pointers of 8 bytes, blocks that point to one another, and records in
/// floating point.
///
/// Facts of the layout: fastnda 1.3.1 (Empa, BSD-3, `fastnda/nda.py`).
enum NewareBTS9 {
    static func read(_ bytes: [UInt8], path: String, remarks: inout [String]) throws -> NewareColumns {
        let blocks = try dataBlocks(bytes, path: path)
        guard let first = blocks.first, first.begin + 5 <= bytes.count else {
            throw ImportError(path: path, problem: "there are no records", remedy: "copy it again, whole")
        }
        let version = bytes.length(at: 16, width: 2) ?? 0
        if ![2, 3, 19].contains(version) {
            remarks.append("record version \(version) of BTS 9 has never been compared with the vendor's own export")
        }
        if bytes[first.begin + 4] == 85, version != 19, version != 42 {
            return try microseconds(bytes, blocks, path: path)
        }
        guard bytes[first.begin] == 85 else {
            throw ImportError(
                path: path, place: "byte \(first.begin)", problem: "the records of BTS 9 are of an unknown kind",
                remedy: "export it as .csv or .ndax from BTSDA")
        }
        return try nanoseconds(bytes, blocks, path: path)
    }

    private typealias Block = (begin: Int, length: Int)

    /// The blocks of records; where the first header only sums up, a chain of headers of 1024 bytes follows.
    private static func dataBlocks(_ bytes: [UInt8], path: String) throws -> [Block] {
        func pointer(_ place: Int) throws -> Block {
            guard let begin = bytes.length(at: place, width: 8), let length = bytes.length(at: place + 8, width: 8)
            else {
                throw ImportError(
                    path: path, problem: "the file ends within its header", remedy: "copy it again, whole")
            }
            return (begin, length)
        }
        let mark = Array("NEWARE".utf8)
        var blocks: [Block] = []
        let main = try pointer(82)
        if main.begin != 0 || bytes.count < 1030 || !bytes[1024...].starts(with: mark) {
            blocks = [main]
        } else {
            var head = 1024
            // A chain only ever leads onwards, so it ends.
            while head + mark.count <= bytes.count, bytes[head...].starts(with: mark) {
                let block = try pointer(head + 82)
                if block.length > 0 { blocks.append(block) }
                let foot = try pointer(head + 242)
                guard foot.begin + foot.length > head else { break }
                head = foot.begin + foot.length
            }
        }
        for (begin, length) in blocks where begin + length > bytes.count {
            throw ImportError(
                path: path, place: "byte \(bytes.count)",
                problem: "the file ends before its records do, at byte \(begin + length)",
                remedy: "copy it again, whole")
        }
        guard blocks.reduce(0, { $0 + $1.length }) <= bytes.count else {
            throw ImportError(path: path, problem: "its blocks overlap", remedy: "copy it again, whole")
        }
        return blocks.map { ($0.begin, $0.length > 0 ? $0.length : bytes.count - $0.begin) }
    }

    /// All records of a length, those that carry the identifier.
    private static func records(
        _ bytes: [UInt8], _ blocks: [Block], length: Int, identifierAt place: Int
    ) -> RecordBlock {
        let starts = blocks.flatMap {
            RecordBlock(bytes: bytes, from: $0.begin, to: $0.begin + $0.length, length: length).starts
        }
        return RecordBlock(bytes: bytes, starts: starts, length: length).filtered(by: [85], at: place)
    }

    /// Bytes from the first record to the next, which begins with the same bytes.
    private static func recordLength(
        _ bytes: [UInt8], _ blocks: [Block], signature: [UInt8], known: [Int], path: String
    ) throws -> Int {
        let first = blocks[0]
        let end = first.begin + first.length
        let next = bytes.position(of: signature, from: first.begin + 1) ?? end
        let length = min(next, end) - first.begin
        guard known.contains(length) else {
            throw ImportError(
                path: path, place: "byte \(first.begin)",
                problem: "records of \(length) bytes are not known in BTS 9",
                remedy: "export it as .csv or .ndax from BTSDA")
        }
        return length
    }

    /// Record versions 2 and 3: times in µs, counters in mA·s and mW·s with or without a sign.
    private static func microseconds(_ bytes: [UInt8], _ blocks: [Block], path: String) throws -> NewareColumns {
        let begin = blocks[0].begin
        let length = try recordLength(
            bytes, blocks, signature: Array(bytes[begin..<begin + 5]), known: [88], path: path)
        let block = records(bytes, blocks, length: length, identifierAt: 4)
        var columns = NewareColumns()
        columns.stepIndex = block.column(.init(9, .uint8))
        columns.stepType = block.column(.init(10, .uint8))
        columns.index = block.column(.init(16, .uint32))
        columns.stepTime = block.column(.init(28, .uint64), scale: 1e-6)
        columns.voltage = block.column(.init(36, .float32))
        columns.current = block.column(.init(40, .float32), scale: 1e-3)
        func counter(_ place: Int) -> [Double] {
            block.column(.init(place, .float32), scale: 1 / 3.6e6).map(\.magnitude)
        }
        columns.chargeCapacity = counter(52)
        columns.chargeEnergy = counter(56)
        columns.dischargeCapacity = counter(60)
        columns.dischargeEnergy = counter(64)
        columns.unixTime = block.column(.init(68, .uint64), scale: 1e-6)
        return columns
    }

    /// Record versions 19 and 42: time of the test in s and ns, one counter of either sign, an auxiliary temperature in the
    /// longer records.
    private static func nanoseconds(_ bytes: [UInt8], _ blocks: [Block], path: String) throws -> NewareColumns {
        let begin = blocks[0].begin
        let length = try recordLength(
            bytes, blocks, signature: Array(bytes[begin..<begin + 2]), known: [52, 56, 60], path: path)
        let block = records(bytes, blocks, length: length, identifierAt: 0)
        var columns = NewareColumns()
        columns.stepIndex = block.column(.init(2, .uint8))
        columns.stepType = block.column(.init(3, .uint8))
        columns.index = block.column(.init(8, .uint32))
        func time(_ place: Int) -> [Double] {
            zip(block.column(.init(place, .uint32)), block.column(.init(place + 4, .uint32), scale: 1e-9)).map(+)
        }
        columns.testTime = time(12)
        columns.current = block.column(.init(20, .float32), scale: 1e-3)
        columns.voltage = block.column(.init(24, .float32))
        let capacity = block.column(.init(28, .float32), scale: 1 / 3.6e6)
        let energy = block.column(.init(32, .float32), scale: 1 / 3.6e6)
        columns.chargeCapacity = capacity.map { max($0, 0) }
        columns.dischargeCapacity = capacity.map { max(-$0, 0) }
        columns.chargeEnergy = energy.map { max($0, 0) }
        columns.dischargeEnergy = energy.map { max(-$0, 0) }
        let long = length == 60
        columns.cycle = block.column(.init(long ? 52 : 36, .uint32)).map { $0 + 1 }
        columns.unixTime = time(long ? 36 : 44)
        if length > 52 {
            columns.extras.append(("temperature_t1_celsius", block.column(.init(long ? 48 : 52, .float32))))
        }
        return columns
    }
}
