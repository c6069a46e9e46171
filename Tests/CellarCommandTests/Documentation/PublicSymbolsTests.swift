import Foundation
import Testing

/// Every public symbol of the libraries has a doc comment.
@Suite struct PublicSymbolsTests {
    private struct Graph: Decodable {
        struct Symbol: Decodable {
            struct Kind: Decodable { var displayName: String }
            struct Comment: Decodable {}
            var kind: Kind
            var pathComponents: [String]
            var docComment: Comment?
        }
        var symbols: [Symbol]
    }

    /// The script that `make docs` uses reads the modules beside the tests.
    @Test func allAreDocumented() throws {
        let folder = try TemporaryFolder()
        let modules = try #require(Self.modules)
        let script = Process()
        script.executableURL = URL(fileURLWithPath: "/bin/sh")
        script.arguments = ["\(DocumentationPage.root)/Documentation/symbols.sh", modules, folder.path]
        script.currentDirectoryURL = URL(fileURLWithPath: DocumentationPage.root)
        try script.run()
        script.waitUntilExit()
        #expect(script.terminationStatus == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".symbols.json")
        }
        #expect(names.count >= 9)
        for name in names {
            let data = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)"))
            for symbol in try JSONDecoder().decode(Graph.self, from: data).symbols where symbol.docComment == nil {
                Issue.record(
                    "\(name): \(symbol.kind.displayName) \(symbol.pathComponents.joined(separator: ".")): no doc comment"
                )
            }
        }
    }

    /// The build's folder: the modules lie beside the command.
    private static var modules: String? {
        Command.path.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent().path }
    }
}
