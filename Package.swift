// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The processor the kernels and the physics are compiled for. `native` serves whoever builds for himself; a binary that is
// to be given away is built with, for instance, CELLAR_PROCESSOR=x86-64-v3.
let processor = Context.environment["CELLAR_PROCESSOR"] ?? "native"

// Debian keeps HDF5 with and without MPI apart, under names of their own.
let hdf5 = FileManager.default.fileExists(atPath: "/usr/include/hdf5/serial/hdf5.h") ? "hdf5_serial" : "hdf5"

// The rooms of the house; Documentation/Library.md draws them. An arrow never points back up.
let package = Package(
    name: "cellar",
    products: [
        .library(name: "Cells", targets: ["Cells"]),
        .library(name: "Electrochemistry", targets: ["Electrochemistry"]),
        .library(name: "CyclingData", targets: ["CyclingData"]),
        .library(name: "Materials", targets: ["Materials"]),
        .library(name: "Sustainability", targets: ["Sustainability"]),
        .library(name: "Discovery", targets: ["Discovery"]),
        .library(name: "Learning", targets: ["Learning"]),
        .library(name: "Lifetime", targets: ["Lifetime"]),
        .library(name: "Identification", targets: ["Identification"]),
        .library(name: "Reports", targets: ["Reports"]),
        .executable(name: "cellar", targets: ["cellar"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        .systemLibrary(name: "CSundials", providers: [.apt(["libsundials-dev", "libsuitesparse-dev"])]),
        .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CXGBoost", providers: [.apt(["libxgboost-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
        .target(
            name: "CKernels", dependencies: ["CSundials"],
            cSettings: [.unsafeFlags(["-O3", "-march=\(processor)", "-fno-math-errno", "-fno-trapping-math"])]),
        .target(
            name: "CMatFile", linkerSettings: [.linkedLibrary("matio"), .linkedLibrary(hdf5)]),
        .target(name: "Cells", dependencies: [.product(name: "Yams", package: "Yams")]),
        .target(name: "CyclingData", dependencies: ["CZlib", "CZip", "CExpat", "CMatFile"]),
        .target(name: "Materials", dependencies: ["Cells", "Learning"]),
        .target(name: "Sustainability", dependencies: ["Cells", "Materials"]),
        .target(
            name: "Discovery",
            dependencies: ["Cells", "CyclingData", "Electrochemistry", "Learning", "Materials", "Sustainability"]),
        .target(name: "Learning", dependencies: ["COpenBLAS", "CXGBoost"]),
        .target(name: "Lifetime", dependencies: ["Cells", "CyclingData", "Learning", "CZlib"]),
        .target(name: "Electrochemistry", dependencies: ["Cells", "CKernels", "CSundials"]),
        .target(name: "Identification", dependencies: ["Cells", "Electrochemistry", "CyclingData", "Learning"]),
        .target(
            name: "Reports", dependencies: ["Cells", "CyclingData", "Materials"], exclude: ["Runtime"],
            resources: [.embedInCode("Page/page.css"), .embedInCode("Page/page.js")]),
        .executableTarget(
            name: "cellar",
            dependencies: [
                "Cells", "Electrochemistry", "CyclingData", "Learning", "Lifetime", "Materials", "Sustainability",
                "Discovery", "Identification", "Reports",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        .executableTarget(
            name: "cellar-bench",
            dependencies: ["Cells", "Discovery", "Electrochemistry", "Materials", "Sustainability"]),
        // Examples stand here rather than in a package of their own: they are built and checked with everything else, bring
        // no dependency, and a package that depends on this one builds none of them.
        .executableTarget(
            name: "discharge-rates", dependencies: ["Cells", "Electrochemistry"], path: "Examples/DischargeRates"),
        .executableTarget(name: "half-cell", dependencies: ["Cells", "Electrochemistry"], path: "Examples/HalfCell"),
        .executableTarget(
            name: "ageing-temperature", dependencies: ["Cells", "Electrochemistry"], path: "Examples/AgeingTemperature"),
        .executableTarget(
            name: "fleet", dependencies: ["Cells", "Electrochemistry", "CyclingData", "Lifetime"],
            path: "Examples/Fleet"),
        .executableTarget(name: "knee", dependencies: ["Cells", "Electrochemistry"], path: "Examples/Knee"),
        .executableTarget(name: "sei-laws", dependencies: ["Cells", "Electrochemistry"], path: "Examples/SEILaws"),
        .executableTarget(
            name: "few-cells", dependencies: ["Cells", "Electrochemistry", "Learning", "Lifetime"],
            path: "Examples/FewCells"),
        .executableTarget(
            name: "cobalt-free", dependencies: ["Discovery", "Materials", "Sustainability"], path: "Examples/CobaltFree"
        ),
        .executableTarget(name: "sweep", dependencies: ["Cells", "Electrochemistry"], path: "Examples/Sweep"),
        .testTarget(name: "CellsTests", dependencies: ["Cells"]),
        .testTarget(name: "CyclingDataTests", dependencies: ["CyclingData"]),
        .testTarget(name: "ElectrochemistryTests", dependencies: ["Electrochemistry", "Cells", "CKernels"]),
        .testTarget(name: "MaterialsTests", dependencies: ["Materials"]),
        .testTarget(name: "SustainabilityTests", dependencies: ["Sustainability", "Materials", "Cells"]),
        .testTarget(
            name: "DiscoveryTests",
            dependencies: ["Discovery", "Cells", "Electrochemistry", "Learning", "Materials", "Sustainability"]),
        .testTarget(name: "LearningTests", dependencies: ["Learning"]),
        .testTarget(name: "LifetimeTests", dependencies: ["Lifetime", "Learning", "CyclingData"]),
        .testTarget(
            name: "IdentificationTests",
            dependencies: ["Identification", "Cells", "Electrochemistry", "CyclingData", "Learning"]),
        .testTarget(name: "ReportsTests", dependencies: ["Reports"]),
        // The Swift of the documentation is compiled with the tests of the command.
        .testTarget(
            name: "CellarCommandTests",
            dependencies: [
                "Cells", "CyclingData", "Discovery", "Electrochemistry", "Learning", "Materials", "Reports",
                "Sustainability",
            ]),
    ]
)

for target in package.targets where target.type != .system && !["CKernels", "CMatFile"].contains(target.name) {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .unsafeFlags(["-Xcc", "-march=\(processor)"]),
    ]
}
