/// What Arbin's software puts beside a test's records, `NAME_Metadata.csv` beside `NAME.csv`: a table of one row, with schedule,
/// channel and item. It holds no records.
public enum ArbinMetadata {
    /// Whether a file is one of these, by its content. Throws `ImportError` where it cannot be read.
    public static func isMetadata(_ path: String) throws -> Bool {
        guard !InputFile.isStream(path) else { return false }
        return recognises(try ByteSource(path: path).peek(1 << 12))
    }

    /// The file of records that a file of metadata belongs to, by its name; nil where the name does not tell.
    public static func dataPath(_ path: String) -> String? {
        for ending in ["_Metadata.csv", "_metadata.csv"] where path.hasSuffix(ending) {
            return path.dropLast(ending.count) + ".csv"
        }
        return nil
    }

    static func recognises(_ head: [UInt8]) -> Bool {
        let names = TextLayout.split(String(decoding: head.prefix { $0 != 0x0A }, as: UTF8.self), 0x2C)
        return ["Test_ID", "IV_Ch_ID", "Schedule_File_Name", "First_Start_DateTime"].allSatisfy(names.contains)
    }

    /// What the file says, under the names of `ArbinRES`. Throws `ImportError`.
    static func read(_ path: String) throws -> [(key: String, value: String)] {
        let bytes = try ByteSource(path: path).rest(most: 1 << 20)
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        guard lines.count > 1 else { return [] }
        let names = TextLayout.split(String(lines[0]), 0x2C)
        let values = TextLayout.split(String(lines[1]), 0x2C)
        let known = [
            "Test_ID": "test_id", "IV_Ch_ID": "channel", "Schedule_File_Name": "schedule", "Item_ID": "item",
            "First_Start_DateTime": "start_unix_time_second", "Last_End_DateTime": "end_unix_time_second",
            "Schedule_Version": "schedule_version", "Device_ID": "device",
        ]
        return zip(names, values).compactMap { name, value in
            guard let key = known[name], !value.isEmpty else { return nil }
            return (key, value)
        }
    }

    /// What is wrong with such a file among files of records, or alone.
    static func refusal(_ path: String) -> ImportError {
        let data = dataPath(path).map { InputFile.exists($0) ? "'\($0)'" : "its NAME.csv" } ?? "its NAME.csv"
        return ImportError(
            path: path, problem: "Arbin's metadata of a test, without records",
            remedy: "name \(data), which holds them, or the folder of both")
    }
}
