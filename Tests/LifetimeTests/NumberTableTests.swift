import Foundation
import Lifetime
import Testing

@Suite struct NumberTableTests {
    private func table(_ text: String, most: Int = .max) throws -> NumberTable {
        let path = NSTemporaryDirectory() + "cellar-table-\(UUID().uuidString).csv"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try NumberTable(path: path, most: most)
    }

    @Test func readsNumbersAndMarksWhatIsNone() throws {
        let read = try table("a,b,c\r\n1,2.5,x\r\n\n2008-04-02,,-1e3\r\n7,8\n")
        #expect(read.names == ["a", "b", "c"])
        #expect(read.labels == ["1", "2008-04-02", "7"])
        #expect(read["b"]?[0] == 2.5)
        #expect(read["a"]?[1].isNaN == true)
        #expect(read["b"]?[1].isNaN == true)
        #expect(read["c"]?[0].isNaN == true)
        #expect(read["c"]?[1] == -1000)
        #expect(read["c"]?[2].isNaN == true)
        #expect(read["d"] == nil)
    }

    @Test func readsNoMoreRowsThanAllowed() throws {
        #expect(try table("a\n1\n2\n3\n", most: 2).columns == [[1, 2]])
    }

    @Test func refusesWhatIsNotThereOrEmpty() {
        #expect(throws: LifetimeError.self) { try NumberTable(path: "/nowhere/at/all.csv") }
        #expect(throws: LifetimeError.self) { try table("") }
    }
}
