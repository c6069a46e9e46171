/// The names under which cyclers write their columns, whatever the brand.
///
/// Collected from exports, from the manuals of their makers and from BDF's list of legacy names; a format overrides what it
/// means differently.
enum HeadingNames {
    /// The meaning of a heading; nil for one that is not known.
    static func meaning(of heading: Heading) -> ColumnMeaning? {
        if let column = BDFColumn(header: heading.text) {
            return ColumnMeaning(column, heading, rank: -1) ?? exact(column)
        }
        // Names that are a step's number or its time, by their unit.
        if heading.name == "step" || heading.name == "test", heading.unit?.quantity == .time {
            return ColumnMeaning(heading.name == "step" ? .stepTimeSecond : .testTimeSecond, heading)
        }
        if heading.name == "imz" || heading.name == "zimag" || heading.name == "imaginaryimpedance" {
            return ColumnMeaning(.imaginaryImpedanceOhm, heading, scale: heading.text.hasPrefix("-") ? -1 : 1)
        }
        guard let (column, rank, factor) = table[heading.name] else { return nil }
        return ColumnMeaning(column, heading, scale: factor, rank: rank)
    }

    private static func exact(_ column: BDFColumn) -> ColumnMeaning {
        var meaning = ColumnMeaning()
        meaning.column = column
        meaning.hasUnit = true
        meaning.rank = -1
        return meaning
    }

    private static let table: [String: (BDFColumn, Int, Double)] = {
        var table: [String: (BDFColumn, Int, Double)] = [:]
        func add(_ column: BDFColumn, _ names: String, scale: Double = 1) {
            for (rank, name) in names.split(separator: " ").enumerated() {
                table[String(name)] = (column, rank, scale)
            }
        }
        add(
            .testTimeSecond,
            "testtime totaltime cumulativetime elapsedtime runtime progtime totaltestingtime timefromstart testtimesec "
                + "totaltimehmsms 测试时间 总时间 累计时间 time zeit t 时间")
        add(
            .stepTimeSecond, "steptime tstep steptimesec timeinstep steptimehmsms relativetime recordtime 工步时间 步时间 相对时间"
        )
        add(
            .unixTimeSecond,
            "unixtime unixtimestamp datetime absolutetime realtime dpttime systemtime systime timestamp datetimeisostring "
                + "dateandtime absolutetime date datum timestampunix datetimeutc acqtime 系统时间 绝对时间 实时时间 日期")
        add(
            .voltageVolt,
            "voltage volts volt ecell eweece ewe cellvoltage terminalvoltage batteryvoltage voltagemeasured potential u "
                + "spannung testvoltage voltagev 电压 v e")
        add(.voltageVolt, "mvolts", scale: 1e-3)
        add(.currentAmpere, "i current amps amp ampere currentmeasured cellcurrent strom testcurrent 电流")
        add(.currentAmpere, "mamps", scale: 1e-3)
        add(
            .cycleCount,
            "cyclecount cycleindex cyclenumber cycleno cycleid cyc cyccount totalcycle cyclec cycle cycledimensionless "
                + "cyclep cyclenr zyklus 循环号 循环序号 循环 循环数")
        add(.stepCount, "stepcount")
        add(
            .stepId,
            "stepid stepindex stepno stepnumber stepnr step schritt ns line stepindexdimensionless 工步号 工步序号 工步")
        add(
            .stepType,
            "steptype stepname steptypename state md mode status stepmode instructionname command event stepstate 工步类型 "
                + "工步名称 状态")
        add(.recordIndex, "datapoint recordindex record rec recordid recordnumber datapointnumber 记录序号 记录号 数据序号 序号")
        add(.chargingCapacityAh, "chargingcapacity")
        add(.dischargingCapacityAh, "dischargingcapacity")
        add(.chargingEnergyWh, "chargingenergy")
        add(.dischargingEnergyWh, "dischargingenergy")
        add(.scheduleChargingCapacityAh, "chargecapacity chgcap chargecap qcharge qch chgcapacity ahcha 充电容量")
        add(
            .scheduleDischargingCapacityAh,
            "dischargecapacity dchgcap dischargecap qdischarge qdis dchgcapacity ahdch 放电容量")
        add(.scheduleChargingEnergyWh, "chargeenergy chgenergy energycharge whcha chgeng 充电能量")
        add(.scheduleDischargingEnergyWh, "dischargeenergy dchgenergy energydischarge whdch dchgeng 放电能量")
        add(.stepCumulativeCapacityAh, "amphr capacity cap ahstep stepcapacity 容量")
        add(.stepCumulativeCapacityAh, "mamphr", scale: 1e-3)
        add(.stepCumulativeEnergyWh, "watthr energy ener whstep stepenergy 能量")
        add(.stepCumulativeEnergyWh, "mwatthr", scale: 1e-3)
        add(.netCapacityAh, "netcapacity qqo")
        add(.netEnergyWh, "netenergy")
        add(.powerWatt, "power p 功率")
        add(.internalResistanceOhm, "internalresistance dcir contactresistance 内阻")
        add(.acInternalResistanceOhm, "acr acimp acresistance")
        add(.frequencyHertz, "freq frequency freqhz")
        add(.realImpedanceOhm, "rez zreal realimpedance")
        add(.absoluteImpedanceOhm, "z zmag absoluteimpedance zmod")
        add(.phaseDegree, "phasez phase zphz")
        add(
            .surfaceTemperatureCelsius,
            "surfacetemperature celltemperature temperature temp xaveragedcelltemperature "
                + "volumeaveragedcelltemperature temperaturemeasured batterytemperature temp1 auxtemperature1 temperature1 "
                + "tempcell 温度")
        add(
            .ambientTemperatureCelsius,
            "ambienttemperature environmenttemperature chambertemperature stationtemperature ambienttemp")
        for number in 1...5 {
            let column = BDFColumn(rawValue: "temperature_t\(number)_celsius") ?? .temperatureT1Celsius
            let first = number > 1 ? " temp\(number) auxtemperature\(number) temperature\(number)" : ""
            add(column, "t\(number) temperaturet\(number)" + first)
        }
        add(.surfacePressurePa, "surfacepressure")
        add(.appliedPressurePa, "appliedpressure pressure")
        return table
    }()
}
