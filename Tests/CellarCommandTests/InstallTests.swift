import Foundation
import Testing

/// What `make install` leaves works where it lies, and `make uninstall` takes it away again.
@Suite struct InstallTests {
    private func shell(_ script: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["\(DocumentationPage.root)/Packaging/\(script)"] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: DocumentationPage.root)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test func comesAndGoes() throws {
        let folder = try TemporaryFolder()
        let build = URL(fileURLWithPath: try #require(Command.path)).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        #expect(try shell("install.sh", [build.path, "/usr", folder.path]) == 0)
        let root = "\(folder.path)/usr"
        for file in [
            "bin/cellar", "share/bash-completion/completions/cellar", "share/zsh/site-functions/_cellar",
            "share/fish/vendor_completions.d/cellar.fish", "share/man/man1/cellar.1",
            "share/man/man1/cellar-train-lifetime.1", "share/cellar/Data/models/severson-lfp.json",
            "share/cellar/Data/models/severson-lfp.jsonld", "share/cellar/Data/models/voltage.jsonld",
            "share/doc/cellar/LICENSE",
        ] { #expect(FileManager.default.fileExists(atPath: "\(root)/\(file)"), "\(file)") }
        // A cell that is nowhere else: what is found is beside the command.
        try FileManager.default.moveItem(
            atPath: "\(root)/share/cellar/Cells/lg-m50-chen2020.json",
            toPath: "\(root)/share/cellar/Cells/only-here.json")
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "\(root)/bin/cellar")
        process.arguments = ["cells", "only-here", "--json"]
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(String(decoding: data, as: UTF8.self).contains("nominal_capacity_Ah"))
        #expect(try shell("uninstall.sh", ["/usr", folder.path]) == 0)
        let left = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String }.filter {
            $0.contains("cellar")
        }
        #expect(left?.isEmpty == true, "\(left ?? [])")
    }
}
