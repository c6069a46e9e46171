import Testing

@testable import Materials

@Suite struct VoltageProfileTests {
    private let average = Prediction(value: 3.4, low: 3.0, high: 3.8, isInDomain: true)
    private let span = Prediction(value: 0.8, low: 0.2, high: 1.4, isInDomain: true)

    @Test func oneStepIsFlat() {
        let profile = VoltageProfile(average: average, spanOfSeveral: span, severalSteps: 0)
        #expect(profile.span.value == 0 && profile.span.high == 0)
        #expect(profile.low == average && profile.high == average)
    }

    @Test func severalStepsStandAboutTheMean() {
        let profile = VoltageProfile(average: average, spanOfSeveral: span, severalSteps: 1)
        #expect(profile.span.value == 0.8 && profile.span.low == 0.2)
        #expect(abs((profile.low.value + profile.high.value) / 2 - 3.4) < 1e-12)
        #expect(abs(profile.high.value - profile.low.value - 0.8) < 1e-12)
        // An end is less certain than the mean, and a mean that moves takes both along.
        #expect(profile.high.high - profile.high.value > average.high - average.value)
        var higher = average
        (higher.value, higher.low, higher.high) = (3.9, 3.5, 4.3)
        let moved = VoltageProfile(average: higher, spanOfSeveral: span, severalSteps: 1)
        #expect(abs(moved.low.value - profile.low.value - 0.5) < 1e-12)
        #expect(abs(moved.high.high - profile.high.high - 0.5) < 1e-12)
    }

    @Test func theLikelierTheWider() {
        let spans = [0.0, 0.3, 0.6, 1].map {
            VoltageProfile(average: average, spanOfSeveral: span, severalSteps: $0).span.value
        }
        #expect(spans == spans.sorted() && Set(spans).count == 4)
        #expect(VoltageProfile(average: average, spanOfSeveral: span, severalSteps: 0.5).span.low == 0)
        #expect(VoltageProfile(average: average, spanOfSeveral: span, severalSteps: 7).severalSteps == 1)
    }

    @Test func theShippedModelsTellPlateausFromStairs() throws {
        let predictor = try VoltageProfilePredictor()
        func reaction(_ charged: String, _ discharged: String) throws -> InsertionReaction {
            try InsertionReaction(
                charged: Formula(charged).composition, discharged: Formula(discharged).composition, ion: .lithium)
        }
        let profiles = predictor.predict([
            try reaction("FePO4", "LiFePO4"), try reaction("V2O5", "Li3V2O5"), try reaction("V5O12", "Li7V5O12"),
        ])
        #expect(profiles.count == 3)
        // One electron of iron is one plateau; three of vanadium are a stair.
        #expect(profiles[0].severalSteps < 0.3 && profiles[0].span.value < 0.3)
        #expect(profiles[1].severalSteps > profiles[0].severalSteps && profiles[1].span.value > profiles[0].span.value)
        for profile in profiles {
            #expect(profile.low.value <= profile.average.value && profile.average.value <= profile.high.value)
            #expect(profile.span.low <= profile.span.value && profile.span.value <= profile.span.high)
        }
        let known = Prediction(value: 3.45, low: 3.4, high: 3.5, isInDomain: true)
        #expect(predictor.predict([try reaction("FePO4", "LiFePO4")], averages: [known])[0].average == known)
    }
}
