import Foundation
import Testing

/// What the documentation says is what happens.
@Suite struct DocumentationTests {
    /// A page's commands run one after the other in a folder of their own, with what comes along beside them.
    @Test(arguments: DocumentationPage.all.filter { $0.blocks.contains { $0.language == "console" } })
    func commandsRun(_ page: DocumentationPage) throws {
        let folder = try TemporaryFolder()
        let programs = "\(folder.path)/.programs"
        try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(programs)/cellar", withDestinationPath: try #require(Command.path))
        for name in ["Examples", "Cells", "Data"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder.path)/\(name)", withDestinationPath: "\(DocumentationPage.root)/\(name)")
        }
        let options = try CommandOptions()
        for block in page.blocks {
            if let file = block.fileName {
                let text = block.lines.joined(separator: "\n") + "\n"
                try text.write(toFile: "\(folder.path)/\(file)", atomically: true, encoding: .utf8)
            }
            guard block.language == "console" else { continue }
            let commands = DocumentationPage.commands(block)
            #expect(!commands.isEmpty, "\(page.name):\(block.line): a console block without a command")
            for command in commands {
                let place = "\(page.name):\(command.line): \(command.text)"
                let words = DocumentationPage.words(command.text).drop { $0 == "sudo" || $0.contains("=") }
                if words.first == "cellar", let mistake = options.mistake(Array(words)) {
                    Issue.record("\(place): \(mistake)")
                }
                if words.first == "make" {
                    for mistake in Self.unknownTargets(words) { Issue.record("\(place): \(mistake)") }
                }
                guard command.needs == nil else { continue }
                let run = try Self.shell(command.text, in: folder.path, programs: programs)
                #expect(run.status == 0, "\(place): exit code \(run.status): \(run.errors)")
            }
        }
    }

    /// What follows `make`, where the Makefile has no such target.
    private static func unknownTargets(_ words: ArraySlice<String>) -> [String] {
        let makefile = (try? String(contentsOfFile: "\(DocumentationPage.root)/Makefile", encoding: .utf8)) ?? ""
        return words.dropFirst().filter { !$0.contains("=") && !makefile.contains("\n\($0):") }.map {
            "no target \($0)"
        }
    }

    private static func shell(
        _ text: String, in folder: String, programs: String
    ) throws -> (status: Int32, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", text]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = "\(programs):\(environment["PATH"] ?? "/usr/bin:/bin")"
        process.environment = environment
        let errors = "\(folder)/.errors"
        _ = FileManager.default.createFile(atPath: errors, contents: nil)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, (try? String(contentsOfFile: errors, encoding: .utf8)) ?? "")
    }

    /// A link within the repository leads to a file that is there.
    @Test(arguments: DocumentationPage.all) func linksLead(_ page: DocumentationPage) throws {
        let folder = URL(fileURLWithPath: "\(DocumentationPage.root)/\(page.name)").deletingLastPathComponent()
        for match in page.text.matches(of: /\]\(([^)\s]+)\)/) {
            let target = String(match.1)
            if target.hasPrefix("http") || target.hasPrefix("#") || target.contains(":") { continue }
            let path = folder.appendingPathComponent(String(target.prefix { $0 != "#" })).standardized.path
            #expect(FileManager.default.fileExists(atPath: path), "\(page.name): \(target) leads nowhere")
        }
    }

    /// Every page of `Documentation` is reached from its index.
    @Test func indexIsComplete() throws {
        let index = try #require(DocumentationPage.all.first { $0.name == "Documentation/README.md" })
        for page in DocumentationPage.all where page.name.hasPrefix("Documentation/") && page.name != index.name {
            let file = page.name.dropFirst("Documentation/".count)
            #expect(index.text.contains("(\(file))"), "\(page.name) is not in the index")
        }
    }

    /// Each piece of Swift on a page stands in a file that is compiled, word for word.
    @Test(arguments: DocumentationPage.all.filter { $0.blocks.contains { $0.language == "swift" } })
    func swiftIsCompiled(_ page: DocumentationPage) throws {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let compiled = try String(
            contentsOf: here.appendingPathComponent("DocumentedSwift.swift"), encoding: .utf8)
        func lines(_ text: some Sequence<String>) -> [String] {
            let single = text.map { $0.split(separator: " ").joined(separator: " ") }
            return single.filter { !$0.isEmpty && !$0.hasPrefix("import ") }
        }
        let all = lines(compiled.components(separatedBy: "\n")).joined(separator: "\n")
        for block in page.blocks where block.language == "swift" {
            let text = lines(block.lines).joined(separator: "\n")
            #expect(all.contains(text), "\(page.name):\(block.line): this Swift is not in DocumentedSwift.swift")
        }
    }

    /// `--help` of every command ends nowhere without an example of its own.
    @Test func everyHelpHasAnExample() throws {
        for leaf in try CommandOptions().leaves {
            let help = try Command.run(Array(leaf.split(separator: " ").dropFirst().map(String.init)) + ["--help"])
            #expect(help.status == 0)
            let text = help.output.components(separatedBy: "USAGE:").first ?? ""
            #expect(text.contains("\(leaf) "), "\(leaf) --help: no example")
            for line in help.output.split(separator: "\n") { #expect(line.count <= 120, "\(leaf) --help: \(line)") }
        }
    }
}
