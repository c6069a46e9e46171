import Testing

@testable import Reports

@Suite struct PaletteTests {
    @Test(arguments: Ink.Theme.allCases)
    func wordsAndLinesStandOutFromThePage(theme: Ink.Theme) {
        let paper = Ink.paper.hex(theme)
        #expect(Ink.contrast(Ink.text.hex(theme), paper) >= 10)
        // WCAG 2.1: 4.5 for words, 3 for lines and symbols.
        #expect(Ink.contrast(Ink.muted.hex(theme), paper) >= 4.5)
        for index in 0..<7 { #expect(Ink.contrast(Ink.series(index).hex(theme), paper) >= 3, "series \(index)") }
        for step in 0..<9 {
            #expect(Ink.contrast(Ink.sequence(Double(step) / 8).hex(theme), paper) >= 3, "sequence \(step)")
        }
    }
}
