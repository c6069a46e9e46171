import ArgumentParser
import Cells
import CyclingData
import Discovery
import Electrochemistry
import Learning
import Lifetime
import Materials
import Reports

/// The command's exit codes.
enum FailureCode: Int32 {
    case done = 0
    case wrongCommandLine = 64
    case badData = 65
    case noSuchFile = 66
    case computationFailed = 70
    case outputFailed = 73
    case interrupted = 130
    /// 128 + SIGPIPE.
    case closedPipe = 141
}

/// An error of the command's own: one line and an exit code.
struct CommandError: Error {
    var code: FailureCode
    /// `PLACE: what is wrong; what would be right`.
    var message: String

    init(_ code: FailureCode, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A wrong command line.
    static func usage(_ message: String) -> CommandError { CommandError(.wrongCommandLine, message) }
}

/// How a run of the command ends early.
struct Failure: Error {
    private var code: Int32
    private var line: String
    /// Help or the version, which go to standard output.
    private var isAnswer = false
    /// Nobody is left to be told.
    private var isQuiet = false

    init(_ error: any Error) {
        switch error {
        case let error as Failure: self = error
        case let error as Interruption: (code, line) = (error.exitCode, error.message)
        case let error as CommandError: (code, line) = (error.code.rawValue, error.message)
        case let error as ProtocolError: (code, line) = (Self.code(error.kind).rawValue, "\(error)")
        case let error as BPXError:
            (code, line) = ((error.kind == .notFound ? FailureCode.noSuchFile : .badData).rawValue, "\(error)")
        case let error as OutputError:
            // Whoever read a pipe has read enough: as if the signal had ended the command.
            isQuiet = error.isClosedPipe
            (code, line) = (
                error.isClosedPipe ? FailureCode.closedPipe.rawValue : FailureCode.outputFailed.rawValue, "\(error)"
            )
        case let error as ImportError:
            (code, line) = ((error.isMissing ? FailureCode.noSuchFile : .badData).rawValue, "\(error)")
        case let error as MaterialError: (code, line) = (Self.code(error.kind).rawValue, error.description)
        case let error as LifetimeError: (code, line) = (Self.code(error.kind).rawValue, error.description)
        case let error as LearningError:
            let kind: FailureCode = error.kind == .computation ? .computationFailed : .badData
            (code, line) = (kind.rawValue, error.description)
        case let error as ReportError: (code, line) = (Self.code(error.kind).rawValue, error.description)
        case let error as SweepError: (code, line) = (Self.code(error.kind).rawValue, error.description)
        case let error as SimulationError: (code, line) = (Self.code(error.kind).rawValue, error.description)
        default:
            let exitCode = Cellar.exitCode(for: error)
            if exitCode.isSuccess {
                (code, line, isAnswer) = (0, Cellar.fullMessage(for: error), true)
            } else {
                let command = CommandWords.path(Array(CommandLine.arguments.dropFirst()))
                var message = Cellar.message(for: error)
                if message.hasSuffix(".") { message.removeLast() }
                (code, line) = (exitCode.rawValue, "\(message); see '\(command) --help'")
            }
        }
    }

    private static func code(_ kind: ProtocolError.Kind) -> FailureCode {
        switch kind {
        case .step: .wrongCommandLine
        case .badData: .badData
        case .notFound: .noSuchFile
        }
    }

    private static func code(_ kind: MaterialError.Kind) -> FailureCode {
        switch kind {
        case .formula, .table: .badData
        case .notFound: .noSuchFile
        case .usage: .wrongCommandLine
        case .computation: .computationFailed
        }
    }

    private static func code(_ kind: LifetimeError.Kind) -> FailureCode {
        switch kind {
        case .data: .badData
        case .notFound: .noSuchFile
        case .computation: .computationFailed
        }
    }

    private static func code(_ kind: ReportError.Kind) -> FailureCode {
        switch kind {
        case .data: .badData
        case .notFound: .noSuchFile
        case .computation: .computationFailed
        }
    }

    private static func code(_ kind: SweepError.Kind) -> FailureCode {
        switch kind {
        case .usage: .wrongCommandLine
        case .data: .badData
        case .notFound: .noSuchFile
        case .computation: .computationFailed
        }
    }

    private static func code(_ kind: SimulationError.Kind) -> FailureCode {
        switch kind {
        case .usage: .wrongCommandLine
        case .data: .badData
        case .computation: .computationFailed
        case .cancelled: .interrupted
        }
    }

    /// The exit code.
    var exitCode: Int32 { code }

    /// Whether input is at fault: other inputs may still do.
    var isOfData: Bool { code == FailureCode.badData.rawValue || code == FailureCode.noSuchFile.rawValue }

    /// Tells the error and goes on.
    func complain() { Terminal.complain("error: " + line.split(whereSeparator: \.isNewline).joined(separator: " ")) }

    private init(code: FailureCode) { (self.code, line, isQuiet) = (code.rawValue, "", true) }

    /// The end of a run whose errors have been told already, line by line.
    static func told(_ code: FailureCode) -> Failure { Failure(code: code) }

    /// Adds to the line.
    mutating func append(_ text: String) { line += text }

    func exit() -> Never {
        if isAnswer {
            do { try Terminal.print(line) } catch { Failure(error).exit() }
        } else if !isQuiet {
            complain()
        }
        Terminal.exit(code)
    }
}
