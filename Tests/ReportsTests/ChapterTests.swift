import Testing

@testable import Reports

/// What the chapters say of results whose truth is known.
@Suite struct ChapterTests {
    private static func page(_ json: String, name: String = "x.json") throws -> Page {
        try Report.page(
            [LoadedResult(name: name, document: ResultDocument(place: name, json: json))], version: "1",
            command: "cellar")
    }

    private static func chapter(_ json: String) throws -> Page.Chapter { try page(json).chapters[0] }

    private static func tables(_ chapter: Page.Chapter) -> [Page.Table] {
        chapter.blocks.compactMap { block -> Page.Table? in
            if case .table(let table) = block { table } else { nil }
        }
    }

    private static func figures(_ chapter: Page.Chapter) -> [Figure] {
        chapter.blocks.flatMap { block -> [Figure] in
            if case .figures(let figures) = block { figures } else { [] }
        }
    }

    private static func paragraphs(_ chapter: Page.Chapter) -> [String] {
        chapter.blocks.compactMap { block -> String? in
            if case .paragraph(let text) = block { text } else { nil }
        }
    }

    // MARK: - Sweeps

    /// Lives fall with the first factor; the second is noise.
    private static func sweep(_ runs: Int) throws -> Page.Chapter {
        var text = "run,point,plating_rate_m_s,temperature,status,end_reason,cycles,life_80_cycles,final_soh,message\n"
        for run in 1...runs {
            let isFailed = run == 2
            text += "\(run),\(run),\(Double(run) * 1e-12),\(20 + run * 7 % 11),\(isFailed ? "failed" : "done"),"
            text +=
                "\(isFailed ? "" : "end of life: capacity \(70 + run % 2) %"),9,\(isFailed ? "" : "\(1000 - run)"),0.7,\n"
        }
        return try SweepChapter.make([(ResultTable(name: "s", text: text), nil)])
    }

    @Test func aSweepAnswersHowItsRunsEndedAndWhatMattersMost() throws {
        let answer = try Self.sweep(30).answer
        #expect(answer.contains("29 ended with “end of life”") && answer.contains("1 ended with “failed”"))
        // The median of 970 to 999 without 998.
        #expect(answer.contains("984\u{00A0}cycles in the median of 29, between 970 and 999"))
        #expect(answer.contains("most depends on plating rate: life to 80 % falls with it (rank correlation −1)"))
    }

    @Test func fewRunsDoNotTellWhatMattersMost() throws {
        #expect(try Self.sweep(6).answer.contains("which varied value matters most cannot be told from 5 runs"))
    }

    // MARK: - Candidates

    private static func evaluation(samples: Int, extrapolated: Double, cobalt: Double = 0) -> String {
        #"""
        {"formula": "X", "counter": "graphite", "role": "positive",
         "cell_performance": {"specific_energy_Wh_kg": {"value": 200, "low": 190, "high": 210, "unit": "Wh/kg"}},
         "samples": {"run": \#(samples), "failed": 0, "failures": [], "model": "dfn, mesh fast"},
         "properties": {
          "average_voltage_V": {"value": 4, "low": 3.9, "high": 4.1, "unit": "V", "source": "known", "in_domain": true},
          "diffusivity_m2_s": {"value": 1e-14, "low": 1e-15, "high": 1e-13, "unit": "m2/s", "source": "class prior",
           "in_domain": true}},
         "life": {"cycles_to_80_percent": 2000, "low": 900, "high": 5000, "limiting": "SEI growth", "limiting_share": 1,
          "extrapolated_fraction": \#(extrapolated), "surrogate": null, "statement": "s", "test": "t"},
         "sustainability": {"per_kWh_of_cell": {
           "carbon_footprint": {"value": 50, "low": 40, "high": 60, "unit": "kg CO2e/kWh", "coverage": 1},
           "carbon_footprint_materials": {"value": 30, "low": 20, "high": 40, "unit": "kg CO2e/kWh", "coverage": 1},
           "cobalt": {"value": \#(cobalt), "low": \#(cobalt), "high": \#(cobalt), "unit": "g/kWh", "coverage": 1}},
          "per_kWh_delivered": {
           "carbon_footprint": {"value": 0.1, "low": 0.05, "high": 0.2, "unit": "kg CO2e/kWh delivered"}}}}
        """#
    }

    @Test func fewSamplesAndExtrapolatedLivesAreTold() throws {
        let few = try Self.chapter(Self.evaluation(samples: 4, extrapolated: 1))
        #expect(few.answer.contains("90 % interval of 4 sampled cells: 190 to 210"))
        #expect(few.answer.contains("extrapolated"))
        // Between the lowest and the highest of four lie three fifths of all.
        #expect(few.warnings.contains { $0.contains("4 sampled cells") && $0.contains("60\u{00A0}%") })
        #expect(Self.paragraphs(few)[0].contains("1 assumed of its class (diffusivity)"))

        let many = try Self.chapter(Self.evaluation(samples: 50, extrapolated: 0))
        #expect(many.warnings.isEmpty && !many.answer.contains("extrapolated"))
    }

    @Test func onTheFrontNoneIsBeatenInBoth() {
        let points = [Point(200, 9), Point(250, 3), Point(180, 8), Point(240, 5), Point(220, 4)]
        #expect(EvaluationChapter.front(of: points, isMoreBetter: true).map(\.x) == [200, 240, 250])
        #expect(EvaluationChapter.front(of: points, isMoreBetter: false).map(\.x) == [250])
    }

    @Test func aFootprintHasOneRowForEachIndicator() throws {
        let chapter = try Self.chapter(Self.evaluation(samples: 50, extrapolated: 0))
        let table = try #require(Self.tables(chapter).first { $0.title == "Footprint" })
        let names = table.rows.map { $0[0] }
        #expect(names.count == 3 && Set(names).count == 3)
        #expect(table.rows.allSatisfy { $0.count == table.header.count })
        #expect(table.rows[0].contains("0.05 to 0.2"))
    }

    @Test func aFigureOfNothingButZerosGivesWayToALine() throws {
        func candidates(_ cobalt: Double) -> String {
            #"""
            [{"formula": "A", "average_voltage_V": 3.4, "capacity_grav_mAh_g": 170, "score": 80, "cobalt_g_per_kWh": 0,
              "suggestion": 2, "expected_improvement": 5, "in_domain": 1},
             {"formula": "B", "average_voltage_V": 4, "capacity_grav_mAh_g": 140, "score": 70, "cobalt_g_per_kWh": \#(cobalt),
              "suggestion": 1, "expected_improvement": 9, "in_domain": 1},
             {"formula": "C", "average_voltage_V": 3, "capacity_grav_mAh_g": 100, "score": 60, "cobalt_g_per_kWh": 0,
              "suggestion": "", "in_domain": 1}]
            """#
        }
        let chapter = try Self.chapter(candidates(0))
        #expect(!Self.figures(chapter).contains { $0.name == "energy-cobalt" })
        #expect(Self.paragraphs(chapter).contains("None of them holds cobalt."))
        #expect(chapter.answer.contains("to be measured next: B, A"))
        let next = try #require(Self.tables(chapter).first { $0.title.hasPrefix("To be measured next") })
        #expect(next.rows.map { $0[0] } == ["B", "A"] && next.rows.allSatisfy { $0.count == next.header.count })

        let with = try Self.chapter(candidates(700))
        #expect(Self.figures(with).contains { $0.name == "energy-cobalt" })
    }

    @Test func aDesignAnswersWithEnergyStabilityAndScore() throws {
        func material(_ name: String, _ energy: Double, _ score: Double, _ hull: Double) -> String {
            #"""
            {"formula": "\#(name)", "voltage_V": 4, "voltage_low_V": 3.5, "voltage_high_V": 4.5, "capacity_mAh_g": 170,
             "specific_energy_Wh_kg": \#(energy + 50), "specific_energy_bound_Wh_kg": \#(energy), "score": \#(score),
             "score_low": \#(score - 5), "hull_charged_eV_atom": \#(hull), "hull_discharged_eV_atom": 0,
             "hull_bound_eV_atom": \#(hull + 0.05), "cobalt_mass_fraction": 0, "in_domain": false}
            """#
        }
        let front = [material("A", 700, 60, 0.09), material("B", 500, 80, 0.05), material("C", 600, 70, 0.01)]
        let chapter = try Self.chapter(
            #"{"framework": "LiFePO4", "sites": ["Fe=Fe,Mn"], "constraints": ["V of at least 3"], "evaluated": 90, "front": ["#
                + front.joined(separator: ", ") + "]}")
        #expect(chapter.answer.contains("3 compositions that none beats of 90 predicted"))
        #expect(chapter.answer.contains("Most energy: A") && chapter.answer.contains("most stable: C"))
        #expect(chapter.answer.contains("most sustainable: B"))
        #expect(chapter.question.contains("V of at least 3") && chapter.warnings.contains { $0.hasPrefix("3 of 3") })
        #expect(Self.tables(chapter)[0].rows.allSatisfy { $0.count == Self.tables(chapter)[0].header.count })
        #expect(throws: ReportError.self) { try Self.page(#"{"evaluated": 9, "front": []}"#) }
    }

    // MARK: - Data and models

    @Test func anImportTellsWhatWasReadAndRepaired() throws {
        func file(_ name: String, _ warning: String) -> String {
            #"""
            {"file": "\#(name)", "format": "maccor", "out": "o", "records": 120, "metadata": {"operator": "<b>"},
             "warnings": [\#(warning)], "columns": ["voltage_volt"], "summary": [
             {"cycle": 1, "discharge_capacity_Ah": 5, "charge_capacity_Ah": 5.1, "coulombic_efficiency": 0.98,
              "capacities_differ": 0, "start_time_s": 0, "duration_s": 7200},
             {"cycle": 3, "discharge_capacity_Ah": 4.5, "charge_capacity_Ah": 4.6, "coulombic_efficiency": 0.98,
              "capacities_differ": 1, "start_time_s": 7200, "duration_s": 7200}]}
            """#
        }
        let one = try Self.chapter("[\(file("a.txt", "\"its sign turned\""))]")
        #expect(one.answer.contains("of maccor: 120 records, 2 cycles; 5\u{00A0}Ah discharged"))
        #expect(one.answer.contains("one remark below") && one.warnings == ["its sign turned"])
        guard case .facts(let facts) = one.blocks[0] else {
            Issue.record("no facts")
            return
        }
        #expect(facts.contains { $0.label == "Cycles" && $0.note == "1 missing in between" })
        #expect(facts.contains { $0.label == "Capacity checked" && $0.value == "1 of 2 cycles differ" })
        #expect(facts.contains { $0.label == "Duration" && $0.value == "4\u{00A0}h" })
        #expect(Self.figures(one).contains { $0.name == "capacity-per-cycle" })

        let two = try Self.chapter("[\(file("a.txt", "")), \(file("b.txt", ""))]")
        let table = try #require(Self.tables(two).first { $0.title == "The cells" })
        #expect(table.rows.count == 2 && two.answer.contains("240 records; nothing was repaired"))
    }

    @Test func aPropertyModelsCardTellsItsErrorAndItsLearning() throws {
        let chapter = try Self.chapter(
            #"""
            {"format": "cellar-model", "kind": "property", "content": {"target": "average_voltage_V", "card": {
             "data": ["mine.csv"], "rows": 60, "notes": ["2 rows left out"], "grouping": "framework", "coverage": 0.9,
             "families": [{"name": "ridge", "value": 0.3}, {"name": "boosted", "value": 0.4}],
             "learningCurve": [{"name": "25 % of the groups", "value": 0.5}, {"name": "all groups", "value": 0.3}],
             "errors": [{"name": "mean absolute error of the median", "value": 1}]}}}
            """#)
        #expect(chapter.answer.contains("predicts the average voltage"))
        #expect(chapter.answer.contains("off by 0.3\u{00A0}V, the same answer for all by 1\u{00A0}V"))
        #expect(chapter.citations.isEmpty)
        let curve = try #require(Self.figures(chapter).first { $0.name == "learning-curve" })
        #expect(curve.panels[0].series[0].points.map(\.x) == [25, 100])
        #expect(curve.panels[0].y.unit == "V")
    }

    @Test func aPopulationIsNoModel() {
        let error = #expect(throws: ReportError.self) {
            try Self.page(#"{"format": "cellar-model", "kind": "population", "content": {}}"#)
        }
        #expect(error?.description.contains("train lifetime --hybrid") == true)
    }

    // MARK: - Forecasts

    @Test func anExplanationKeepsItsRanges() throws {
        let chapter = try Self.chapter(
            #"""
            [{"file": "a.csv", "cycles_seen": 300, "nominal_capacity_Ah": 5, "soh": 0.9, "rul_cycles": 163, "rul_low": 46,
              "rul_high": 875, "model": "m", "warnings": ["w"], "explanation": {"mechanisms": {"SEI growth": 0.6},
              "mechanism_ranges": {"SEI growth": {"low": 0.2, "high": 0.9}},
              "sensitivities": [{"change": "10 °C cooler", "cycles": -9, "low": -20, "high": 3}]}}]
            """#)
        let why = try #require(Self.figures(chapter).first { $0.name == "mechanisms" }?.panels[0].series[0].points[0])
        #expect(why.x == 60 && why.low == 20 && why.high == 90)
        let change = try #require(Self.figures(chapter).first { $0.name == "sensitivities" })
        #expect(change.panels[0].series[0].points[0].low == -20)
        #expect(chapter.answer.contains("SEI growth (60\u{00A0}%, 20\u{00A0}% to 90\u{00A0}%)"))
    }

    @Test func whatIfTellsTheDifferenceAndWhereItLookedNoFurther() throws {
        let chapter = try Self.chapter(
            #"""
            {"file": "life.csv", "soh": 0.9, "history_rms": 0.001, "draws": 20, "failed": 1, "horizon": 500, "warnings": [],
             "scenarios": [
              {"name": "as so far", "rul_cycles": {"value": 200, "low": 150, "high": 300},
               "difference": {"value": 0, "low": 0, "high": 0}, "beyond_horizon": 0},
              {"name": "temperature=15", "rul_cycles": {"value": 500, "low": 320, "high": 500},
               "difference": {"value": 300, "low": 120, "high": 340}, "beyond_horizon": 0.8}]}
            """#)
        #expect(chapter.answer.contains("200 (150 to 300, 90 %) cycles left"))
        #expect(chapter.answer.contains("temperature=15: at least +300 cycles (+120 to +340)"))
        #expect(Self.tables(chapter)[0].rows[1][1] == "more than 500")
        #expect(chapter.warnings == ["1 draws could not be simulated."])
    }

    @Test func aCircuitsResistancesAreDrawn() throws {
        let chapter = try Self.chapter(
            #"""
            {"cell": "c", "model": "ecm", "mesh": "m", "end_reason": "e", "discharge_capacity_Ah": 5, "cycles": 1,
             "summary": [], "citations": ["Plett"], "circuit": [{"temperature_K": 298.15, "time_constants_s": [15, 600],
              "misfit": 0.02, "soc": [0, 0.5, 1], "series_resistance_ohm": [0.03, 0.02, 0.03],
              "resistances_ohm": [[0.01, 0.01, 0.01], [0.02, 0.01, 0.02]]}]}
            """#)
        let figure = try #require(Self.figures(chapter).first { $0.name == "circuit-resistances" })
        #expect(figure.panels[0].series.map(\.name) == ["in series", "with 15\u{00A0}s", "with 10\u{00A0}min"])
        #expect(figure.panels[0].series[2].points[2] == Point(100, 20))
        #expect(chapter.question.contains("equivalent circuit"))
    }

    @Test func potentialsOfBlendsAreDrawnHoweverTheyAreGiven() throws {
        let chapter = try Self.chapter(
            #"""
            {"name": "c", "title": "t", "nominal_capacity_Ah": 5, "lower_cut_off_V": 2.5, "upper_cut_off_V": 4.2,
             "open_circuit_potentials": [
              {"electrode": "Negative electrode", "material": "graphite", "x": [0, 1], "y": [1, 0.1]},
              {"electrode": "Negative electrode", "material": "silicon", "x": [0, 1], "y": [1, 0.2]}],
             "parameters": {"Negative electrode": {"OCP [V]": "0.1 + exp(-x)"}}}
            """#)
        let figure = try #require(Self.figures(chapter).first { $0.name == "open-circuit" })
        #expect(figure.panels.count == 1 && figure.panels[0].series.map(\.name) == ["graphite", "silicon"])
    }

    @Test(arguments: [
        ("average_voltage_V", "average voltage", "V"), ("sei_diffusivity_m2_s", "SEI diffusivity", "m²/s"),
        ("Negative electrode > Thickness [m]", "Negative electrode > Thickness", "m"), ("score", "score", "–"),
    ])
    func columnsTellQuantityAndUnit(name: String, quantity: String, unit: String) {
        #expect(ColumnName.parted(name) == (quantity, unit))
    }

    @Test(arguments: [(45.0, "45\u{00A0}s"), (1200, "20\u{00A0}min"), (14400, "4\u{00A0}h"), (864_000, "10\u{00A0}d")])
    func timesHaveTheUnitThatSuitsThem(seconds: Double, text: String) { #expect(Numbers.duration(seconds) == text) }
}
