import Discovery
import Reports

/// What `cellar sweep` tells at its end.
extension SweepCommand {
    func interruption(_ path: String, _ state: SweepFolder.State) -> Interruption {
        Interruption(
            message: "interrupted; results so far: \(path), \(state.done) of \(state.runs) runs, and the same command "
                + "goes on",
            exitCode: Interrupt.exitCode)
    }

    func report(
        _ state: SweepFolder.State, _ path: String, seconds: Double?, new: Int, workers: Int?
    ) throws {
        if state.failed > 0, state.failed < state.done {
            Terminal.complain(
                "warning: \(state.failed) of \(state.runs) runs failed, their rows in \(path)/runs.csv say why; "
                    + "\(state.firstFailure ?? "")")
        }
        let lives = state.lives
        if json {
            try Terminal.print(
                JSON.object([
                    (key: "folder", value: .text(path)), (key: "runs", value: .whole(state.runs)),
                    (key: "done", value: .whole(state.done)), (key: "failed", value: .whole(state.failed)),
                    (key: "computed", value: .whole(new)), (key: "workers", value: workers.map(JSON.whole) ?? .null),
                    (key: "seconds", value: .optional(seconds)),
                    (key: "lives_to_80_percent", value: .list(lives.map(JSON.whole))),
                ]).document)
        } else {
            var rows = [
                ["sweep", path],
                ["runs", "\(state.done) of \(state.runs)" + (state.failed > 0 ? ", \(state.failed) failed" : "")],
            ]
            if let first = lives.first, let last = lives.last {
                rows.append([
                    "life to 80 %",
                    "\(first) to \(last) cycles, median \(lives[lives.count / 2]); \(lives.count) runs reached it",
                ])
            }
            if let seconds, new > 0 {
                let on = workers.map { " on \($0) workers" } ?? ""
                rows.append([
                    "time",
                    "\(RunReport.short(seconds)) s\(on), \(RunReport.short(60 * Double(new) / seconds)) runs a minute",
                ])
            } else if new == 0, seconds != nil {
                rows.append(["time", "nothing was missing"])
            }
            try Terminal.print(TextTable.lay(rows))
        }
        if page.report != nil, state.done > state.failed { try page.write(LoadedResult.load(path: path)) }
        if state.failed == state.runs {
            throw CommandError(
                .computationFailed, "\(path): all \(state.runs) runs failed; \(state.firstFailure ?? "")")
        }
    }
}
