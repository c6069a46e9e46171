/// Tables of batteryarchive.org: no step, no data point, two temperatures.
enum BatteryArchiveText: TextFormat {
    static let name = "battery-archive"
    static let title = "Battery Archive .csv"
    static func recognises(_ head: TextHead) -> Bool {
        head.has("testtime", "cycleindex") && (head.has("environmenttemperature") || head.has("celltemperature"))
            && !head.has("datapoint")
    }
}
