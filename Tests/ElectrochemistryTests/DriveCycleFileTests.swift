import Electrochemistry
import Testing

@Suite struct DriveCycleFileTests {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [
        "Time [s],I[A],U[V]\n0,-1,4\n10,-2,3.9\n", "Time [s],Current [A]\n0,-1\n10,-2\n", "time,current\n0,-1\n10,-2",
        "test_time_second,voltage_volt,current_ampere\r\n0,4,-1\r\n10,3.9,-2\r\n",
        "Test Time / s,Voltage / V,Current / A\n0,4,-1\n10,3.9,-2\n", "0,-1\n10,-2\n", "0\t-1\n10\t-2\n",
        "Time (s);Current (mA)\n0;-1000,0\n10;-2000\n",
        "\u{FEFF}\"Time [min]\",\"Current [A]\"\n0,-1\n0.16666666666666667,-2\n",
        "# a log\n\nt,I\n100,-1\n110,-2\n",
    ])
    func currentOverTime(_ text: String) throws {
        let drive = try DriveCycleFile.read(path: folder.file("log.csv", text))
        #expect(drive.quantity == .current)
        #expect(drive.times == [0, 10])
        #expect(drive.values == [-1, -2])
        #expect(drive.interpolation == .linear)
    }

    @Test func otherQuantities() throws {
        let path = try folder.file("log.csv", "Time [s],P[W],Voltage [V]\n0,5,4\n1,6,3.9\n")
        #expect(try DriveCycleFile.read(path: path).quantity == .power)
        #expect(try DriveCycleFile.read(path: path).values == [5, 6])
        #expect(try DriveCycleFile.read(path: path, quantity: .voltage).values == [4, 3.9])
        #expect(
            try DriveCycleFile.read(path: folder.file("bare.csv", "0,5\n1,6\n"), quantity: .power).quantity == .power)
        let machine = try folder.file("m.csv", "test_time_second,power_watt\n0,5\n1,6\n")
        #expect(try DriveCycleFile.read(path: machine).quantity == .power)
        let step = try StepParser.parse("Drive \"\(path)\" in W at 25 oC (2 s period)")
        #expect(step.duration == 1)
        #expect(step.temperature == 298.15)
        #expect(step.period == 2)
    }

    /// A log whose current, run linearly between the samples, misses its own charge.
    @Test func chargeOfTheLogIsReproduced() throws {
        let text = """
            test_time_second,current_ampere,net_capacity_ah
            0,0,0
            10,-5,-0.01
            30,-5,-0.0377
            31,3,-0.0369
            """
        let drive = try DriveCycleFile.read(path: folder.file("log.csv", text))
        #expect(drive.interpolation == .hold)
        var charge = 0.0
        for index in 1..<drive.times.count {
            let hours = (drive.times[index] - drive.times[index - 1]) / 3600
            charge += drive.values[index - 1] * hours
        }
        #expect(abs(charge + 0.0369) < 1e-12)
        #expect(abs(drive.values[0] + 3.6) < 1e-12)
    }

    @Test(arguments: [
        ("", "empty"), ("Time [s],Current [A]\n", "0 samples"), ("Time [s],Current [A]\n0,1\n", "1 samples"),
        ("Time [s],Current [A]\n0,1\n0,2\n", "line 3: time 0.0 s appears twice"),
        ("Time [s],Current [A]\n5,1\n4,2\n", "line 3: time falls"),
        ("Time [s],Current [A]\n0,1\n1,NaN\n", "line 3: 'NaN'"),
        ("Time [s],Current [A]\n0,1\n1,inf\n", "line 3: 'inf'"), ("Time [s],Current [A]\n0,1\n1,\n", "line 3: ''"),
        ("Time [s],Current [A]\n0,1\n1\n", "line 3: 1 columns"),
        ("Time [s],Current [A]\n0,1\n1,abc\n", "line 3: 'abc'"),
        ("Time [s],Humidity\n0,1\n1,2\n", "no column of current, power or voltage"),
        ("Current [A],Humidity\n0,1\n1,2\n", "no column of time"), ("0,1,2\n1,2,3\n", "3 columns without a header"),
        ("Time [s],I[A],Current [A]\n0,1,1\n1,2,2\n", "alike"), ("a\u{0}b", "not a text"),
        ("\u{1}\u{2}\n", "no column"),
    ])
    func refusal(_ text: String, _ names: String) throws {
        let path = try folder.file("log.csv", text)
        let error = try #require(throws: ProtocolError.self) { try DriveCycleFile.read(path: path) }
        #expect(error.kind == .badData)
        #expect("\(error)".contains(names), "\(error)")
        #expect("\(error)".hasPrefix(path))
        #expect(!"\(error)".contains("\n"))
    }

    @Test func missingQuantityAndMissingFile() throws {
        let path = try folder.file("log.csv", "Time [s],Current [A]\n0,1\n1,2\n")
        let error = try #require(throws: ProtocolError.self) { try StepParser.parse("Drive \(path) in W") }
        #expect("\(error)".contains("no column of power"))
        let missing = try #require(throws: ProtocolError.self) { try StepParser.parse("Drive nothing-here.csv") }
        #expect(missing.kind == .notFound)
    }

    @Test func randomBytesNeverCrash() throws {
        var random = SplitMix64(state: 7)
        let seed = Array("Time [s],Current [A],net_capacity_ah\n0,1,0\n1,2,0.1\n2,3,0.2\n".utf8)
        for _ in 0..<300 {
            var bytes = seed
            for _ in 0..<3 {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            let path = try folder.file("log.csv", String(decoding: bytes, as: UTF8.self))
            _ = try? DriveCycleFile.read(path: path)
        }
    }
}
