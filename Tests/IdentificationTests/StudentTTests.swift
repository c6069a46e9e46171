import Testing

@testable import Identification

/// Tabled quantiles: Abramowitz and Stegun 1964, table 26.10.
@Test(arguments: [(1.0, 12.706), (2, 4.303), (5, 2.571), (10, 2.228), (30, 2.042), (120, 1.980)])
func quantilesOfStudentsT(_ degrees: Double, _ tabled: Double) {
    #expect((StudentT.quantile(0.975, degrees: degrees) - tabled).magnitude < 6e-4)
    #expect((StudentT.quantile(0.025, degrees: degrees) + tabled).magnitude < 6e-4)
}
