/// A page of any results.
package enum Report {
    /// Results of one kind make one chapter; chapters stand in the order in which their kinds first come.
    ///
    /// - Parameters:
    ///   - results: at least one.
    ///   - title: the page's heading; nil for one that names what is shown.
    ///   - version: of Cellar.
    ///   - command: that makes the page again.
    /// - Throws: ``ReportError`` for a result of another version, or an empty one.
    package static func page(_ results: [LoadedResult], title: String? = nil, version: String, command: String) throws
        -> Page
    {
        var order: [String] = []
        var groups: [String: [LoadedResult]] = [:]
        for result in results {
            let kind = kind(result.content)
            if groups[kind] == nil { order.append(kind) }
            groups[kind, default: []].append(result)
        }
        // What belongs to another result stands with it.
        if groups["simulation"] != nil || groups["imports"] != nil { order.removeAll { $0 == "series" } }
        if groups["predictions"] != nil { order.removeAll { $0 == "trace" } }
        if groups["fit"] != nil { order.removeAll { $0 == "fitTable" } }
        var chapters = try order.compactMap { try chapter($0, groups) }
        // Beside results that answer a question, time series illustrate.
        if chapters.count > 1, let place = order.firstIndex(of: "series"), place < chapters.count {
            chapters[place].question = chapters[place].answer
            chapters[place].answer = ""
        }
        for result in results {
            guard let made = result.version, made != version, !chapters.isEmpty else { continue }
            chapters[0].warnings.append("\(result.name) was made by cellar \(made), this page by \(version).")
        }
        // The heading names what answers.
        let named = chapters.filter { !$0.answer.isEmpty }
        let heading = title ?? (named.isEmpty ? chapters : named).prefix(3).map(\.title).joined(separator: ", ")
        return Page(title: heading, chapters: chapters, version: version, command: command)
    }

    private static func kind(_ content: LoadedResult.Content) -> String {
        switch content {
        case .simulation: "simulation"
        case .impedance: "impedance"
        case .predictions: "predictions"
        case .scores: "scores"
        case .evaluation: "evaluation"
        case .fit: "fit"
        case .summaries, .cycles: "cycles"
        case .screening: "screening"
        case .design: "design"
        case .conductivities: "conductivities"
        case .imports: "imports"
        case .whatIf: "whatIf"
        case .benchmark: "benchmark"
        case .model: "model"
        case .cells: "cells"
        case .sweep: "sweep"
        case .trace: "trace"
        case .fitTable: "fitTable"
        case .parity: "parity"
        case .series: "series"
        }
    }

    private static func chapter(_ kind: String, _ groups: [String: [LoadedResult]]) throws -> Page.Chapter? {
        let own = groups[kind] ?? []
        let documents = own.compactMap { result in result.document.map { (name: result.name, document: $0) } }
        let lists = own.flatMap { result -> [ResultDocument] in
            switch result.content {
            case .predictions(let all), .scores(let all), .screening(let all), .cells(let all), .imports(let all),
                .conductivities(let all):
                all
            default: []
            }
        }
        func tables(_ kind: String) -> [ResultTable] {
            (groups[kind] ?? []).compactMap { result in
                switch result.content {
                case .trace(let table), .fitTable(let table), .parity(let table): table
                default: nil
                }
            }
        }
        let series = (groups["series"] ?? []).compactMap { result -> TimeSeries? in
            if case .series(let series) = result.content { series } else { nil }
        }
        switch kind {
        case "simulation": return try SimulationChapter.make(documents, series: series)
        case "impedance": return try ImpedanceChapter.make(documents)
        case "predictions": return try PredictionChapter.make(lists, traces: tables("trace"))
        case "trace": return TraceChapter.make(tables("trace"))
        case "scores": return try ScoreChapter.make(lists)
        case "evaluation": return try EvaluationChapter.make(documents.map(\.document))
        case "fit": return try FitChapter.make(documents, tables: tables("fitTable"))
        case "fitTable": return FitChapter.make(tables("fitTable"))
        case "screening": return try ScreeningChapter.make(lists)
        case "design": return try DesignChapter.make(documents)
        case "conductivities": return try ConductivityChapter.make(lists)
        case "imports": return try ImportChapter.make(lists, series: groups["simulation"] == nil ? series : [])
        case "whatIf": return try WhatIfChapter.make(documents)
        case "benchmark": return try BenchmarkChapter.make(documents)
        case "parity": return ParityChapter.make(tables("parity"))
        case "model": return try ModelChapter.make(documents)
        case "cells": return try CellsChapter.make(lists)
        case "sweep":
            return try SweepChapter.make(
                own.compactMap {
                    if case .sweep(let table, let manifest) = $0.content { (table, manifest) } else { nil }
                })
        case "cycles": return try cycles(own)
        default: return try SeriesChapter.make(series)
        }
    }

    private static func cycles(_ results: [LoadedResult]) throws -> Page.Chapter {
        var tables: [CycleColumns] = []
        var warnings: [String] = []
        for result in results {
            switch result.content {
            case .cycles(let columns): tables.append(columns)
            case .summaries(let all):
                for own in all {
                    tables.append(CycleColumns(name: own.text("file") ?? own.place, rows: own.list("summary")))
                    warnings += own.texts("warnings")
                }
            default: break
            }
        }
        return try LifeChapter.make(tables, warnings: unique(warnings))
    }
}

extension LoadedResult {
    /// Of Cellar that made it, where it tells.
    fileprivate var version: String? { document?.text("cellar_version") }

    /// The document, where it is one.
    fileprivate var document: ResultDocument? {
        switch content {
        case .simulation(let own), .impedance(let own), .evaluation(let own), .fit(let own), .benchmark(let own),
            .model(let own), .design(let own), .whatIf(let own):
            own
        default: nil
        }
    }
}
