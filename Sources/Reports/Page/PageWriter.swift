/// A page as one HTML file that needs no other.
public struct PageWriter {
    private let page: Page
    private let runtime: VegaRuntime?
    private var figures: [Figure]
    private var shown = 0
    private var out = ""

    /// Without a runtime the page holds words and tables, and says what is missing.
    public init(_ page: Page, runtime: VegaRuntime?) {
        self.page = page
        self.runtime = runtime
        figures = page.figures
    }

    /// The file's text.
    public func html() -> String {
        var writer = self
        writer.write()
        return writer.out
    }

    private mutating func write() {
        out.reserveCapacity(1 << 20)
        out += """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="cellar \(HTML.escape(page.version))">
            <title>\(HTML.escape(page.title))</title>
            <style>
            \(Self.variables)
            \(Self.text(PackageResources.page_css))</style>
            </head>
            <body>
            <header>
            <p class="kicker">Cellar report<button id="theme" type="button" hidden>Dark</button></p>
            <h1>\(HTML.escape(page.title))</h1>

            """
        answers()
        contents()
        out += "</header>\n<main>\n"
        if runtime == nil, !figures.isEmpty {
            out +=
                "<p class=\"missing\">\(HTML.escape(VegaRuntime.missing)) Their specifications lie beside this page.</p>\n"
        }
        for (index, chapter) in page.chapters.enumerated() { write(chapter, index) }
        citations()
        reproduction()
        out += "</main>\n<div id=\"tip\" role=\"status\" hidden></div>\n"
        if let runtime, !figures.isEmpty {
            out += "<script>\(runtime.script)</script>\n<script>\(Self.text(PackageResources.page_js))</script>\n"
            out += "<!--\n\(runtime.notices)\n-->\n"
        } else {
            out += "<script>\(Self.text(PackageResources.page_js))</script>\n"
        }
        out += "</body>\n</html>\n"
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static var variables: String {
        let light = Ink.variables(.light)
        let dark = Ink.variables(.dark)
        return ":root{\(light);--fonts:\(VegaSpecification.fonts)}\n"
            + "@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){\(dark);color-scheme:dark}}\n"
            + "@media screen{:root[data-theme=dark]{\(dark);color-scheme:dark}}\n"
    }

    private mutating func answers() {
        for chapter in page.chapters where !chapter.answer.isEmpty {
            out += "<p class=\"answer\">\(HTML.escape(chapter.answer))</p>\n"
        }
    }

    private mutating func contents() {
        guard page.chapters.count > 2 else { return }
        out += "<nav aria-label=\"Contents\"><ol>\n"
        for (index, chapter) in page.chapters.enumerated() {
            out += "<li><a href=\"#chapter-\(index + 1)\">\(HTML.escape(chapter.title))</a></li>\n"
        }
        out += "</ol></nav>\n"
    }

    private mutating func write(_ chapter: Page.Chapter, _ index: Int) {
        out += "<section id=\"chapter-\(index + 1)\">\n"
        if chapter.title != page.title { out += "<h2>\(HTML.escape(chapter.title))</h2>\n" }
        if !chapter.question.isEmpty { out += "<p class=\"question\">\(HTML.escape(chapter.question))</p>\n" }
        for block in chapter.blocks { write(block) }
        if !chapter.warnings.isEmpty {
            out += "<div class=\"warnings\"><h3>To mind</h3><ul>\n"
            for warning in chapter.warnings { out += "<li>\(HTML.escape(warning))</li>\n" }
            out += "</ul></div>\n"
        }
        out += "</section>\n"
    }

    private mutating func write(_ block: Page.Block) {
        switch block {
        case .paragraph(let text):
            guard !text.isEmpty else { return }
            out += "<p>\(HTML.escape(text))</p>\n"
        case .facts(let facts):
            guard !facts.isEmpty else { return }
            out += "<dl class=\"facts\">\n"
            for fact in facts {
                out += "<div><dt>\(HTML.escape(fact.label))</dt><dd>\(HTML.escape(fact.value))"
                if !fact.note.isEmpty { out += "<small>\(HTML.escape(fact.note))</small>" }
                out += "</dd></div>\n"
            }
            out += "</dl>\n"
        case .figures(let all):
            let count = all.filter { !$0.isEmpty }.count
            guard count > 0, runtime != nil else {
                shown += count
                return
            }
            out += "<div class=\"figures\">\n"
            for _ in 0..<count {
                write(figures[shown], isOnly: count == 1)
                shown += 1
            }
            out += "</div>\n"
        case .table(let table): write(table)
        }
    }

    private mutating func write(_ figure: Figure, isOnly: Bool) {
        let isWide = figure.isWide || isOnly
        out += "<figure id=\"figure-\(HTML.escape(figure.name))\"\(isWide ? " class=\"wide\"" : "")>\n"
        out += "<figcaption><b>\(HTML.escape(figure.title))</b>"
        if !figure.caption.isEmpty { out += " \(HTML.escape(figure.caption))" }
        out += "</figcaption>\n"
        out += "<div class=\"view\" role=\"img\" aria-label=\"\(HTML.escape(figure.title))\"></div>\n"
        out += "<script type=\"application/json\">\(figure.vega(width: isWide ? 960 : 470).json)</script>\n</figure>\n"
    }

    private mutating func write(_ table: Page.Table) {
        guard !table.rows.isEmpty else { return }
        let isRight = table.header.indices.map { column in
            table.rows.allSatisfy { column < $0.count && ($0[column].isEmpty || Self.isNumber($0[column])) }
        }
        func cell(_ element: String, _ text: String, _ column: Int) -> String {
            "<\(element)\(column < isRight.count && isRight[column] ? " class=\"number\"" : "")>"
                + "\(HTML.linked(text))</\(element)>"
        }
        out +=
            table.isFolded
            ? "<details><summary>\(HTML.escape(table.title))</summary>\n" : "<h3>\(HTML.escape(table.title))</h3>\n"
        out += "<div class=\"table\"><table>\n"
        if table.header.contains(where: { !$0.isEmpty }) {
            out += "<thead><tr>"
            for (column, text) in table.header.enumerated() { out += cell("th", text, column) }
            out += "</tr></thead>\n"
        }
        out += "<tbody>\n"
        for row in table.rows {
            out += "<tr>"
            for (column, text) in row.enumerated() { out += cell("td", text, column) }
            out += "</tr>\n"
        }
        out += "</tbody></table></div>\n"
        if table.isFolded { out += "</details>\n" }
    }

    private static func isNumber(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        return ("0"..."9").contains(first) || first == "−" || first == "–" || first == "-"
    }

    private mutating func citations() {
        var seen: Set<String> = []
        let all = page.chapters.flatMap(\.citations).filter { !$0.isEmpty && seen.insert($0).inserted }
        guard !all.isEmpty else { return }
        out += "<section>\n<h2>Works this rests on</h2>\n<ol class=\"works\">\n"
        for text in all { out += "<li>\(HTML.linked(text))</li>\n" }
        out +=
            "</ol>\n<details><summary>BibTeX</summary><div class=\"copy\"><button type=\"button\" hidden>Copy</button><pre>"
        out += HTML.escape(BibTeX.entries(all).joined(separator: "\n\n"))
        out += "</pre></div></details>\n</section>\n"
    }

    private mutating func reproduction() {
        var commands: [String] = []
        for command in page.chapters.flatMap(\.commands) + [page.command]
        where !command.isEmpty && !commands.contains(command) { commands.append(command) }
        out += "<section>\n<h2>To make this again</h2>\n<p>cellar \(HTML.escape(page.version))</p>\n"
        out += "<div class=\"copy\"><button type=\"button\" hidden>Copy</button><pre>"
        out += HTML.escape(commands.joined(separator: "\n"))
        out += "</pre></div>\n</section>\n"
    }
}
