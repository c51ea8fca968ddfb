#include "carillon/data/dataset.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "carillon/core/hash.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::message_of;
using testing::TemporaryFolder;

constexpr const char* extended = R"(2
Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:forces:R:3 energy=-1.5 stress="1 2 3 0 0 0" config_type=liquid temperature=300
N 0 0 0 1 2 3
C 1 1 1 -1 -2 -3
1
Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:forces:R:3 stress_diagonal="1 2 3"
C 0.5 0 0 0 0 0
)";
constexpr const char* field = "1\n5 5 5\nO 0 0 0 1 1 1\n1\n6 6 6 -2\nH 0 0 0 2 2 2\n";

TEST(Dataset, NumbersFramesInTheOrderOfSourcesAndFrames) {
  const TemporaryFolder folder;
  const std::string first = folder.file("a.extxyz", extended);
  const std::string second = folder.file("b.xyzf", field);
  const Dataset data({DataSource{first}, DataSource{second}});
  ASSERT_EQ(data.size(), 4);
  EXPECT_EQ(data.atom_total(), 5);
  const FrameSummary& frame = data.summary(0);
  EXPECT_EQ(frame.source, 0);
  EXPECT_EQ(frame.atoms, 2);
  EXPECT_EQ(frame.label, "liquid");
  EXPECT_EQ(element_set_name(frame.elements), "C-N");
  EXPECT_TRUE(frame.has_energy && frame.has_forces);
  EXPECT_EQ(frame.stress_components, 6);
  EXPECT_EQ(frame.temperature, 300);
  EXPECT_EQ(data.summary(1).label, "a") << "the file's stem stands in for a missing label";
  EXPECT_EQ(data.summary(1).stress_components, 3);
  EXPECT_FALSE(data.summary(1).has_energy);
  EXPECT_EQ(data.summary(3).source, 1);
  EXPECT_EQ(data.summary(3).frame_in_file, 1);
  EXPECT_EQ(data.summary(3).line, 4);
  EXPECT_EQ(data.summary(3).stress_components, 0);
  EXPECT_EQ(data.labels(), (std::vector<std::string>{"liquid", "a", "b"}));
  EXPECT_EQ(data.frame_labels(), (std::vector<std::string>{"liquid", "a", "b", "b"}));
  EXPECT_EQ(element_set_name(data.elements()), "C-H-N-O");
  EXPECT_EQ(data.source_hash(1), sha256(field));
  EXPECT_EQ(data.key_reports(0)[0].text(), "energy: 'energy' in 1 of 2 frames");
}

TEST(Dataset, ReadsAnyFrameInAnyOrder) {
  const TemporaryFolder folder;
  const std::string first = folder.file("a.extxyz", extended);
  const std::string second = folder.file("b.xyzf", field);
  const Dataset data({DataSource{first}, DataSource{second}});
  const Structure last = data.read(3);
  EXPECT_EQ(last.origin.text(), second + ":4: frame 1");
  EXPECT_EQ(last.cell.vectors(0, 0), 6);
  EXPECT_EQ(last.label, "b");
  const Structure second_frame = data.read(1);
  EXPECT_EQ(second_frame.positions[0], Eigen::Vector3d(0.5, 0, 0));
  EXPECT_EQ(second_frame.origin.text(), first + ":5: frame 1");
  EXPECT_THROW(data.read(4), DomainError);
  EXPECT_THROW(data.read(-1), DomainError);
  EXPECT_THROW(data.key_reports(2), DomainError);
}

TEST(Dataset, AFileThatChangesWhileItIsReadIsNamed) {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.extxyz", extended);
  const std::string changed = path + ": was changed while it was in use";
  {
    const Dataset data({DataSource{path}});
    const std::string hash = data.source_hash(0);
    EXPECT_NO_THROW(data.read(1));
    std::ofstream(path, std::ios::app) << "1\n\nC 0 0 0\n";
    EXPECT_EQ(message_of<InputError>([&] { data.read(0); }), changed) << "it has grown";
    EXPECT_EQ(data.source_hash(0), hash) << "asked for before";
  }
  {
    const Dataset data({DataSource{path}});
    std::filesystem::rename(folder.file("b.extxyz", extended), path);
    EXPECT_EQ(message_of<InputError>([&] { data.read(0); }), changed) << "another file took its name";
    EXPECT_EQ(message_of<InputError>([&] { data.source_hash(0); }), changed);
  }
  {
    const Dataset data({DataSource{path}});
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() + std::chrono::seconds(5));
    EXPECT_EQ(message_of<InputError>([&] { data.read(0); }), changed) << "written over with as many bytes";
  }
  const Dataset data({DataSource{path}});
  std::filesystem::remove(path);
  EXPECT_EQ(message_of<InputError>([&] { data.read(0); }), path + ": was removed while it was in use: No such file or directory");
}

/// It would be written into JSON and YAML, which hold text only.
TEST(Dataset, ALabelOrFileNameThatIsNotTextIsRefused) {
  const TemporaryFolder folder;
  const std::string latin = "1\nconfig_type=fl\xFCssig\nC 0 0 0\n";
  const std::string path = folder.file("a.extxyz", "1\nconfig_type=fl\xC3\xBCssig\nC 0 0 0\n" + latin);
  EXPECT_EQ(message_of<InputError>([&] { Dataset data({DataSource{path}}); }),
            path + ":5: frame 1: the label 'fl?ssig' is not UTF-8 text");
  DataOptions named;
  named.label = "\xFF";
  const std::string sound = folder.file("b.extxyz", "1\n\nC 0 0 0\n");
  EXPECT_EQ(message_of<InputError>([&] {
              Dataset data({{sound, named}});
            }),
            sound + ":2: frame 0: the label '?' is not UTF-8 text");
  const std::string odd = folder.file("\xFC.extxyz", "1\n\nC 0 0 0\n");
  EXPECT_NE(message_of<InputError>([&] { Dataset data({DataSource{odd}}); }).find("the file's name is not UTF-8 text"),
            std::string::npos);
}

TEST(Dataset, InvarianceUnderTheNumberOfReadingThreads) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 200; ++i) text += "1\nenergy=" + std::to_string(i) + "\nC " + std::to_string(i) + " 0 0\n";
  const Dataset data({DataSource{folder.file("a.extxyz", text)}});
  std::vector<double> found(200, -1);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < found.size(); i += 4) found[i] = *data.read(static_cast<long>(i)).energy;
    });
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], static_cast<double>(i));
}

TEST(Dataset, OptionsOverrideLabelAndTemperature) {
  const TemporaryFolder folder;
  DataSource source{folder.file("b.xyzf", field)};
  source.options.label = "mine";
  source.options.temperature_file = folder.file("b.temps", "300\n4.5D2\n");
  const Dataset data({source});
  EXPECT_EQ(data.summary(0).label, "mine");
  EXPECT_EQ(data.read(1).label, "mine");
  EXPECT_EQ(data.summary(1).temperature, 450);
  EXPECT_EQ(data.read(0).temperature, 300);
  EXPECT_EQ(data.read(1).temperature, 450);
}

TEST(Dataset, ReadsOnlyTheFirstFramesWhenAsked) {
  const TemporaryFolder folder;
  DataSource source{folder.file("b.xyzf", std::string(field) + "this is not looked at\n")};
  source.options.first_frames = 2;
  EXPECT_EQ(Dataset({source}).size(), 2);
  source.options.first_frames = 1;
  source.options.temperature_file = folder.file("b.temps", "300\n400\n");
  EXPECT_EQ(Dataset({source}).summary(0).temperature, 300);
}

TEST(Dataset, ReportsProgressInBytes) {
  const TemporaryFolder folder;
  long last = -1;
  long whole = 0;
  const Dataset data({DataSource{folder.file("a.extxyz", extended)}, DataSource{folder.file("b.xyzf", field)}},
                     [&](long done, long total) {
                       EXPECT_GE(done, last);
                       last = done;
                       whole = total;
                     });
  EXPECT_EQ(last, whole);
  EXPECT_EQ(whole, static_cast<long>(std::string(extended).size() + std::string(field).size()));
}

TEST(Dataset, BadSourcesAreNamed) {
  const TemporaryFolder folder;
  const auto message = [&](const std::string& name, const std::string& text, auto change) {
    DataSource source{folder.file(name, text)};
    change(source.options);
    return message_of<InputError>([&] { Dataset data({source}); });
  };
  const auto nothing = [](DataOptions&) {};
  const auto expect = [](const std::string& found, const std::string& part) {
    EXPECT_NE(found.find(part), std::string::npos) << found << "\n  expected: " << part;
  };
  expect(message("e.extxyz", "", nothing), "e.extxyz: holds no frames");
  expect(message("e.extxyz", "\n \n", nothing), "e.extxyz: holds no frames");
  expect(message("e.xyz", "prose\n", nothing), "e.xyz: the format is not known by the suffix");
  expect(message("e.xyzf", field, [](DataOptions& o) { o.keys.energy = "E"; }), "e.xyzf: the key 'E' is named");
  expect(message("e.extxyz", extended, [](DataOptions& o) { o.keys.energy = "enrgy"; }),
         "e.extxyz: no frame has the key 'enrgy' that is named for energy");
  expect(message("e.extxyz", extended, [](DataOptions& o) { o.keys.virial = "W"; }),
         "no frame has the key 'W' that is named for stress");
  expect(message("e.extxyz", extended, [](DataOptions& o) { o.required.energy = true; }),
         "e.extxyz:6: frame 1: energy is required but missing");
  expect(message("e.xyzf", field, [](DataOptions& o) { o.first_frames = 3; }), "e.xyzf: 3 frames are wanted but the file has 2");
  expect(message("e.xyzf", field, [](DataOptions& o) { o.first_frames = -1; }), "e.xyzf: first_frames is -1");
  expect(message("e.xyzf", std::string(field) + "more\n", nothing),
         "e.xyzf:7: frame 2: expected the number of atoms, found 'more'");
  const auto temps = [&](const std::string& text) {
    return message("e.xyzf", field, [&](DataOptions& o) { o.temperature_file = folder.file("e.temps", text); });
  };
  expect(temps("300\n"), "e.temps: 1 temperatures for the 2 frames of");
  expect(temps("300\n300\n300\n"), "e.temps: 3 temperatures for the 2 frames of");
  expect(temps(""), "e.temps: 0 temperatures for the 2 frames of");
  expect(temps("300\nhot\n"), "e.temps:2: expected one temperature in K, found 'hot'");
  expect(temps("300\n-1\n"), "e.temps:2: expected one temperature in K, found '-1'");
  expect(temps("300\nnan\n"), "e.temps:2: expected one temperature in K, found 'nan'");
  expect(temps("300\n\n300\n"), "e.temps:2: expected a temperature, found an empty line");
  EXPECT_THROW(Dataset({DataSource{folder.path("absent.xyzf")}}), FileError);
}

TEST(Dataset, IgnoredLabelsAreNotTaken) {
  const TemporaryFolder folder;
  DataSource source{folder.file("e.extxyz", extended)};
  ASSERT_TRUE(Dataset({source}).read(0).energy.has_value());
  ASSERT_TRUE(Dataset({source}).read(0).stress.has_value());
  source.options.ignored = {true, false, true};
  const Structure frame = Dataset({source}).read(0);
  EXPECT_FALSE(frame.energy.has_value());
  EXPECT_FALSE(frame.stress.has_value());
  EXPECT_TRUE(frame.forces.has_value());
  EXPECT_FALSE(Dataset({source}).summary(0).has_energy);
  source.options.ignored = {false, true, false};
  EXPECT_FALSE(Dataset({source}).read(0).forces.has_value());
}

// The published and field data: present only where the project is developed.
TEST(Dataset, OracleReferenceFilesReadToTheirKnownContents) {
  const std::string folder = CARILLON_SHARED_DATA;
  if (!std::filesystem::exists(folder + "/cn/20.3percN_3.5gcc.xyzf"))
    GTEST_SKIP() << "the reference data are not here: " << folder;
  DataSource liquid{folder + "/cn/20.3percN_3.5gcc.xyzf"};
  liquid.options.temperature_file = folder + "/cn/20.3percN_3.5gcc.temps";
  liquid.options.required = {true, true, true};
  const Dataset data({liquid, DataSource{folder + "/published/configurations/HN3.2gcc_3000K.OUTCAR_#000.xyz"},
                      DataSource{folder + "/hydrogen/OUTCAR300.xyzf"},
                      DataSource{folder + "/carbon_dftb/liquid_6000K_2.0gcc.xyzf"}});
  EXPECT_EQ(data.size(), 20 + 1 + 54 + 25);
  const Structure frame = data.read(0);
  EXPECT_EQ(std::count(frame.species.begin(), frame.species.end(), *Element::from_symbol("C")), 172);
  EXPECT_EQ(std::count(frame.species.begin(), frame.species.end(), *Element::from_symbol("N")), 44);
  EXPECT_NEAR(frame.density(), 3.5, 0.01) << "the file's name says 3.5 g/cm³";
  EXPECT_EQ(frame.temperature, 6000);
  EXPECT_NEAR(*frame.energy, -36267.306061951596 * 27.211386245981 / 627.5094740631, 1e-9);
  EXPECT_NEAR((*frame.stress)(0, 0) * -160.2176634, 64.310869, 1e-9)
      << "compressed, so pressure is positive and tension negative";
  EXPECT_NEAR((*frame.stress)(1, 2) * -160.2176634, 6.805759999999999, 1e-9) << "yz is the last of the six";
  EXPECT_NEAR((*frame.stress)(0, 1) * -160.2176634, 1.299859, 1e-9);
}

}  // namespace
}  // namespace carillon
