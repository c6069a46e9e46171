import Testing

@testable import Reports

@Suite struct PageTests {
    private static let hostile = "<script>alert('x')</script>\"&"

    private static func page() -> Page {
        let figure = Figure(
            "f\(hostile)", hostile, caption: hostile, x: Axis(hostile, "s"),
            panels: [Panel(Axis("Voltage", "V"), [Series(hostile, .series(0), .line, [Point(0, 1), Point(1, 2)])])])
        return Page(
            title: hostile,
            chapters: [
                Page.Chapter(
                    hostile, question: hostile, answer: hostile,
                    blocks: [
                        .paragraph(hostile), .facts([Page.Fact(hostile, hostile, hostile)]), .figures([figure]),
                        .table(Page.Table(hostile, header: [hostile], rows: [[hostile]])),
                    ], warnings: [hostile], citations: ["\(hostile) doi:10.1/\(hostile)"], commands: [hostile])
            ], version: hostile, command: hostile)
    }

    @Test func noNameBecomesMarkup() {
        let html = PageWriter(Self.page(), runtime: nil).html()
        #expect(!html.contains("<script>alert"))
        #expect(!html.contains("alert('x')"))
        #expect(html.components(of: "<script") == 1)
    }

    @Test func withoutARuntimeItSaysWhatToInstallAndStillTells() {
        let html = PageWriter(Self.page(), runtime: nil).html()
        #expect(html.contains("esbuild") && html.contains("node-vega"))
        #expect(html.contains("<table>") && html.contains("class=\"answer\""))
        #expect(!html.contains("<figure"))
    }

    @Test func worksBecomeBibTeX() {
        let entries = BibTeX.entries([
            "Chen 2020: Chang-Hui Chen, Emma Kendrick: Development of Techniques. Journal of The Electrochemical Society 167 "
                + "(2020) 080534. doi:10.1149/1945-7111/ab9050. Geometry.",
            "Doyle, Fuller, Newman, J. Electrochem. Soc. 140 (1993) 1526",
            "Doyle, Fuller, Newman, J. Electrochem. Soc. 140 (1993) 1526",
        ])
        #expect(entries[0].hasPrefix("@article{Chen2020,"))
        #expect(entries[0].contains("author = {Chang-Hui Chen and Emma Kendrick}"))
        #expect(entries[0].contains("doi = {10.1149/1945-7111/ab9050}"))
        #expect(entries[1].hasPrefix("@misc{Doyle1993,") && entries[2].hasPrefix("@misc{Doyle1993a,"))
    }

    @Test func figuresOfOneNameAreToldApart() {
        let figure = Figure(
            "f", "F", x: Axis("Time", "s"),
            panels: [Panel(Axis("Voltage", "V"), [Series("", .series(0), .line, [Point(0, 1), Point(1, 2)])])])
        let page = Page(
            title: "", chapters: [Page.Chapter("", question: "", answer: "", blocks: [.figures([figure, figure])])],
            version: "", command: "")
        #expect(page.figures.map(\.name) == ["f", "f-2"])
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
