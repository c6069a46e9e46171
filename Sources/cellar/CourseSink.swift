import Electrochemistry
import Reports

/// Keeps some cycles of a run's time series for its page.
final class CourseSink: ResultSink {
    private(set) var series: TimeSeries

    init(name: String) { series = TimeSeries(name: name) }

    func begin(variableColumns: [String]) throws {}
    func sample(_ sample: Sample) throws {
        series.add(
            TimeSeries.Row(
                time: sample.time, voltage: sample.voltage, current: sample.current,
                temperature: sample.temperature - 273.15),
            cycle: sample.cycle)
    }
    func endStep(_ summary: StepSummary) throws {}
    func endCycle(_ summary: CycleSummary) throws {}
    func end(_ summary: RunSummary) throws {}
}
