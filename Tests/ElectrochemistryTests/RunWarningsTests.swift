import Testing

@testable import Electrochemistry

/// What happens in step after step is told once, with how often.
@Suite struct RunWarningsTests {
    @Test func countsKinds() throws {
        var warnings = RunWarnings()
        for step in [3, 6, 9] {
            warnings.add(step: step, "Charge at 1C", "the electrolyte runs out at x = \(step * 10 + 1) µm")
        }
        warnings.add(step: 4, "Hold at 4.2 V until C/20", "the electrolyte runs out at x = 31 µm")
        warnings.add("'Discharge at 1C until 10 V': stopping at 4.2 V")
        warnings.add("'Discharge at 1C until 10 V': stopping at 4.2 V")
        #expect(
            warnings.sentences == [
                "step 3 (Charge at 1C): the electrolyte runs out at x = 31 µm (3 times like this, the last in step 9)",
                "step 4 (Hold at 4.2 V until C/20): the electrolyte runs out at x = 31 µm",
                "'Discharge at 1C until 10 V': stopping at 4.2 V",
            ])
        // A resumed run goes on counting.
        var resumed = try #require(RunWarnings(lines: warnings.lines))
        #expect(resumed == warnings)
        resumed.add(step: 12, "Charge at 1C", "the electrolyte runs out at x = 5 µm")
        #expect(resumed.sentences[0].hasSuffix("(4 times like this, the last in step 12)"))
        #expect(RunWarnings(lines: ["no line of it"]) == nil)
    }

    @Test func ofARun() throws {
        let cell = try shipped("lg-m50-chen2020")
        let result = try simulate(cell, "Charge at 1C until 4.2 V", options: options(.spm), cycles: 5)
        #expect(result.summary?.warnings.count == 1)
        #expect(result.summary?.warnings.first?.contains("5 times like this, the last in step 5") == true)
    }
}
