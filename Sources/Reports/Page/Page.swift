/// A report: the answer first, then what it rests on.
public struct Page: Sendable {
    /// A number that is looked for first.
    public struct Fact: Sendable, Equatable {
        /// What it is.
        public var label: String
        /// With its unit.
        public var value: String
        /// Its interval, or what else must be known; may be empty.
        public var note: String

        /// Memberwise.
        public init(_ label: String, _ value: String, _ note: String = "") {
            (self.label, self.value, self.note) = (label, value, note)
        }
    }

    /// Rows under a header.
    public struct Table: Sendable, Equatable {
        /// What it tells.
        public var title: String
        /// With units.
        public var header: [String]
        /// Texts; numbers are laid out flush right where a whole column holds numbers.
        public var rows: [[String]]
        /// Whether it is shown only when asked for.
        public var isFolded: Bool

        /// Memberwise.
        public init(_ title: String, header: [String], rows: [[String]], isFolded: Bool = false) {
            (self.title, self.header, self.rows, self.isFolded) = (title, header, rows, isFolded)
        }
    }

    /// A piece of a chapter.
    public enum Block: Sendable {
        /// A paragraph of text.
        case paragraph(String)
        /// Figures in words: names and values.
        case facts([Fact])
        /// Side by side where there is room.
        case figures([Figure])
        /// A table.
        case table(Table)
    }

    /// What one result, or several of one kind, tell.
    public struct Chapter: Sendable {
        /// Its heading.
        public var title: String
        /// The answer in one sentence, with how sure it is.
        public var answer: String
        /// What was asked, and of which file.
        public var question: String
        /// In order.
        public var blocks: [Block]
        /// What to mind.
        public var warnings: [String]
        /// Works that the result rests on.
        public var citations: [String]
        /// As it was made, where the result tells.
        public var commands: [String]

        /// Memberwise.
        public init(
            _ title: String, question: String, answer: String, blocks: [Block] = [], warnings: [String] = [],
            citations: [String] = [], commands: [String] = []
        ) {
            (self.title, self.question, self.answer, self.blocks) = (title, question, answer, blocks)
            (self.warnings, self.citations, self.commands) = (warnings, citations, commands)
        }
    }

    /// Above everything.
    public var title: String
    /// In the order in which they are read.
    public var chapters: [Chapter]
    /// Of Cellar.
    public var version: String
    /// The command that makes this page again.
    public var command: String

    /// Memberwise.
    public init(title: String, chapters: [Chapter], version: String, command: String) {
        (self.title, self.chapters, self.version, self.command) = (title, chapters, version, command)
    }

    /// All its figures, thinned as they are shown, each with a name of its own.
    public var figures: [Figure] {
        var taken: [String: Int] = [:]
        var all: [Figure] = []
        for case .figures(let figures) in chapters.flatMap(\.blocks) {
            for figure in figures where !figure.isEmpty {
                var own = figure.thinned(to: Self.points)
                let count = (taken[figure.name] ?? 0) + 1
                taken[figure.name] = count
                if count > 1 { own.name += "-\(count)" }
                all.append(own)
            }
        }
        return all
    }

    /// Points of a line at most, where the file has more: about one for each pixel.
    public static let points = 600
}
