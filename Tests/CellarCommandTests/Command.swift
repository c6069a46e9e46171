import Foundation

/// The built command, run as users run it.
struct Command {
    /// What a run left behind.
    struct Result {
        var status: Int32
        var output: String
        var errors: String

        /// The lines on standard error.
        var errorLines: [Substring] { errors.split(separator: "\n") }

        /// Standard output as one JSON object.
        func json() throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] ?? [:]
        }
    }

    /// Beside the test bundle, or in a release build above it; `CELLAR` names another.
    static let path: String? = {
        if let named = ProcessInfo.processInfo.environment["CELLAR"] { return named }
        let running = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")).map { [$0] } ?? []
        for start in running + CommandLine.arguments + [#filePath] {
            var folder = URL(fileURLWithPath: start).deletingLastPathComponent()
            while folder.path != "/" {
                for candidate in ["cellar", ".build/release/cellar", ".build/debug/cellar"] {
                    let file = folder.appendingPathComponent(candidate).path
                    var isFolder: ObjCBool = false
                    let exists = FileManager.default.fileExists(atPath: file, isDirectory: &isFolder)
                    if exists, !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: file) { return file }
                }
                folder.deleteLastPathComponent()
            }
        }
        return nil
    }()

    /// Runs to the end, standard input empty.
    static func run(
        _ arguments: [String], in folder: String = "/tmp", output: String? = nil, input: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Result {
        try start(arguments, in: folder, output: output, input: input, environment: environment).wait()
    }

    /// A run under way.
    struct Running {
        let process: Process
        fileprivate let output: URL
        fileprivate let errors: URL

        /// Waits for the end; files instead of pipes, so that nothing blocks.
        func wait() throws -> Result {
            process.waitUntilExit()
            defer {
                try? FileManager.default.removeItem(at: output)
                try? FileManager.default.removeItem(at: errors)
            }
            let isSignal = process.terminationReason == .uncaughtSignal
            return Result(
                status: isSignal ? -process.terminationStatus : process.terminationStatus,
                output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
                errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
        }
    }

    /// Starts without waiting; standard output may go to another file, standard input come from one.
    static func start(
        _ arguments: [String], in folder: String = "/tmp", output named: String? = nil, input: String? = nil,
        environment: [String: String] = [:]
    ) throws -> Running {
        guard let path else { throw CocoaError(.fileNoSuchFile) }
        let temporary = FileManager.default.temporaryDirectory
        let output = temporary.appendingPathComponent("cellar-out-\(UUID().uuidString)")
        let errors = temporary.appendingPathComponent("cellar-err-\(UUID().uuidString)")
        for file in [output, errors] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = input.flatMap { FileHandle(forReadingAtPath: $0) } ?? FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: named.map { URL(fileURLWithPath: $0) } ?? output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        return Running(process: process, output: output, errors: errors)
    }
}
