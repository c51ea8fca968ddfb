#include "carillon/fit/audit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "carillon/core/parallel.hpp"
#include "carillon/core/units.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using Frames = std::vector<Structure>;
using testing::TemporaryFolder;

constexpr long whole_file = -1;

const Frames& seed_frames() {
  static const Frames frames = [] {
    const Dataset data({{std::string(CARILLON_SOURCE_DIR) + "/validation/data/cn_pbe_d2_seed/frames.extxyz", {}}});
    Frames out;
    for (long frame = 0; frame < data.size(); ++frame) out.push_back(data.read(frame));
    return out;
  }();
  return frames;
}

std::vector<Finding> findings_of(const Frames& frames) {
  const TemporaryFolder folder;
  ExtxyzWriter writer(folder.path("planted.extxyz"));
  for (const Structure& frame : frames) writer.write(frame);
  writer.commit();
  return audit(Dataset({{folder.path("planted.extxyz"), {}}})).findings;
}

std::string text_of(const std::vector<Finding>& findings) {
  std::string out;
  for (const Finding& finding : findings) out += finding_text(finding) + "\n";
  return out;
}

struct Fault {
  const char* name;
  std::function<void(Frames&)> plant;
  const char* check;         ///< that finds it
  std::vector<long> frames;  ///< where; whole_file for a finding about the file or the set
  const char* words;         ///< that its message holds
  Severity severity = Severity::error;
};

// Frames of the seed set that the faults are planted in.
constexpr long liquid = 8;  // CN50_2.7gcc_3000K
constexpr long hot = 13;    // CN50_5.0gcc_10000K, the first of three, some 270 GPa

Structure& at(Frames& frames, long frame) { return frames[static_cast<std::size_t>(frame)]; }

Structure rearranged(const Structure& frame) {
  Structure out = frame;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const std::size_t from = (5 * i + 2) % frame.size();  // 48 atoms: 5 has no common divisor with it
    out.species[i] = frame.species[from];
    out.positions[i] = frame.positions[from] + frame.cell.vectors.row(static_cast<int>(i) % 3).transpose();
    (*out.forces)[i] = (*frame.forces)[from];
  }
  return out;
}

void exchange_shear(Eigen::Matrix3d& stress) {
  std::swap(stress(0, 2), stress(1, 2));
  std::swap(stress(2, 0), stress(2, 1));
}

std::vector<Fault> faults() {
  using namespace units;
  return {
      {"wrong sign of the stress, whole file",
       [](Frames& frames) {
         for (Structure& frame : frames) *frame.stress *= -1;
       },
       "stress_unit",
       {whole_file},
       "their sign is wrong"},
      {"wrong sign of the stress, one label",
       [](Frames& frames) {
         for (long k = hot; k < hot + 3; ++k) *at(frames, k).stress *= -1;
       },
       "stress_unit",
       {hot, hot + 1, hot + 2},
       "its sign is wrong"},
      {"stress in GPa, whole file",
       [](Frames& frames) {
         for (Structure& frame : frames) *frame.stress *= ev_per_cubic_angstrom_to_gpa;
       },
       "stress_unit",
       {whole_file},
       "GPa taken for eV/Å³"},
      {"stress in GPa, one frame",
       [](Frames& frames) { *at(frames, liquid).stress *= ev_per_cubic_angstrom_to_gpa; },
       "stress_unit",
       {liquid},
       "GPa taken for eV/Å³"},
      {"stress in kbar, pressure positive, whole file",
       [](Frames& frames) {
         for (Structure& frame : frames) *frame.stress *= -10 * ev_per_cubic_angstrom_to_gpa;
       },
       "stress_unit",
       {whole_file},
       "kbar taken for eV/Å³"},
      {"stresses of the frame before",
       [](Frames& frames) {
         const auto last = frames.back().stress;
         for (std::size_t k = frames.size() - 1; k > 0; --k) frames[k].stress = frames[k - 1].stress;
         frames[0].stress = last;
       },
       "stress_frame",
       {whole_file},
       "those of the frame before them"},
      {"shear components exchanged",
       [](Frames& frames) {
         for (Structure& frame : frames) exchange_shear(*frame.stress);
       },
       "stress_order",
       {whole_file},
       "xy yz xz is taken for xy xz yz"},
      {"duplicated frame", [](Frames& frames) { frames.push_back(frames[liquid]); }, "duplicate", {55}, "the same structure as"},
      {"shuffled and shifted duplicate",
       [](Frames& frames) { frames.push_back(rearranged(frames[liquid])); },
       "duplicate",
       {55},
       "up to order of atoms"},
      {"missing forces",
       [](Frames& frames) { at(frames, liquid).forces.reset(); },
       "missing_label",
       {liquid},
       "no forces",
       Severity::warning},
      {"missing energy",
       [](Frames& frames) { at(frames, liquid).energy.reset(); },
       "missing_label",
       {liquid},
       "no energy",
       Severity::warning},
      {"energy of zero", [](Frames& frames) { at(frames, liquid).energy = 0; }, "placeholder", {liquid}, "exactly zero"},
      {"energy of 9999 kcal/mol",
       [](Frames& frames) { at(frames, liquid).energy = 9999 * kcal_per_mol_to_ev; },
       "placeholder",
       {liquid},
       "placeholder"},
      {"one force zeroed",
       [](Frames& frames) { (*at(frames, liquid).forces)[7].setZero(); },
       "zero_force",
       {liquid},
       "the force is exactly zero"},
      {"net force",
       [](Frames& frames) {
         for (Eigen::Vector3d& force : *at(frames, liquid).forces) force.x() += 0.02;
       },
       "net_force",
       {liquid},
       "their mean is 0.02",
       Severity::warning},
      {"forces of another frame",
       [](Frames& frames) { at(frames, liquid).forces = at(frames, liquid - 1).forces; },
       "repeated_label",
       {liquid},
       "the forces are exactly those of"},
      {"forces in Rydberg/bohr, one frame",
       [](Frames& frames) {
         for (Eigen::Vector3d& force : *at(frames, liquid).forces) force *= 2 / hartree_per_bohr_to_ev_per_angstrom;
       },
       "force_unit",
       {liquid},
       "Rydberg/bohr"},
      {"wrong sign of the forces, whole file",
       [](Frames& frames) {
         for (Structure& frame : frames)
           for (Eigen::Vector3d& force : *frame.forces) force *= -1;
       },
       "force_unit",
       {whole_file},
       "their sign is wrong"},
      {"forces in kcal/mol/Å, whole file",
       [](Frames& frames) {
         for (Structure& frame : frames)
           for (Eigen::Vector3d& force : *frame.forces) force *= ev_to_kcal_per_mol;
       },
       "force_unit",
       {whole_file},
       "kcal/mol/Å taken for eV/Å"},
      {"energy off by 5 eV/atom",
       [](Frames& frames) { *at(frames, liquid).energy += 5.0 * 48; },
       "energy_outlier",
       {liquid},
       "off the median of label CN50_2.7gcc_3000K"},
      {"energies in Rydberg, one label",
       [](Frames& frames) {
         for (long k = hot; k < hot + 3; ++k) *at(frames, k).energy *= 2 / hartree_to_ev;
       },
       "energy_outlier",
       {hot, hot + 1, hot + 2},
       "in Rydberg"},
      {"energies in kcal/mol, whole file",
       [](Frames& frames) {
         for (Structure& frame : frames) *frame.energy *= ev_to_kcal_per_mol;
       },
       "energy_unit",
       {whole_file},
       "kcal/mol taken for eV"},
      {"energies in Hartree, whole file",
       [](Frames& frames) {
         for (Structure& frame : frames) *frame.energy /= hartree_to_ev;
       },
       "energy_unit",
       {whole_file},
       "Hartree taken for eV"},
      {"two atoms too close",
       [](Frames& frames) {
         auto& places = at(frames, liquid).positions;
         places[3] = places[4] + Eigen::Vector3d(0.5, 0.2, 0);
       },
       "short_distance",
       {liquid},
       "half the sum of the covalent radii"},
      {"two atoms at one place",
       [](Frames& frames) {
         auto& places = at(frames, liquid).positions;
         places[3] = places[4];
       },
       "short_distance",
       {liquid},
       "stands at the same place as atom"},
      {"wrong cell",
       [](Frames& frames) { at(frames, liquid).cell.vectors *= 1.08; },
       "density",
       {liquid},
       "that of label CN50_2.7gcc_3000K"},
      {"one composition",
       [](Frames& frames) { std::erase_if(frames, [](const Structure& frame) { return !frame.label.starts_with("CN50"); }); },
       "unidentifiable_offset",
       {whole_file},
       "all frames have the same C:N ratio (1:1)",
       Severity::warning},
  };
}

TEST(Audit, CleanDataGiveNothing) { EXPECT_EQ(text_of(findings_of(seed_frames())), ""); }

TEST(Audit, PartsOfCleanDataGiveNothing) {
  for (const long step : {2, 3, 4})
    for (long first = 0; first < step; ++first) {
      Frames frames;
      for (long k = first; k < static_cast<long>(seed_frames().size()); k += step)
        frames.push_back(seed_frames()[static_cast<std::size_t>(k)]);
      const std::vector<Finding> findings = findings_of(frames);
      EXPECT_TRUE(std::all_of(findings.begin(), findings.end(),
                              [](const Finding& finding) { return finding.severity == Severity::note; }))
          << "every " << step << "th from " << first << "\n"
          << text_of(findings);
    }
}

/// Recovery: each fault is found where it is, is called what it is, and nothing is said of any other frame.
TEST(Audit, EveryPlantedFaultIsFound) {
  ASSERT_EQ(seed_frames()[hot].label, "CN50_5.0gcc_10000K");
  for (const Fault& fault : faults()) {
    Frames frames = seed_frames();
    fault.plant(frames);
    const std::vector<Finding> findings = findings_of(frames);
    SCOPED_TRACE(std::string(fault.name) + "\n" + text_of(findings));
    for (const long frame : fault.frames)
      EXPECT_TRUE(std::any_of(findings.begin(), findings.end(),
                              [&](const Finding& finding) {
                                return finding.check == fault.check && finding.where.frame == frame &&
                                       finding.severity == fault.severity &&
                                       finding.message.find(fault.words) != std::string::npos;
                              }))
          << "not found at frame " << frame;
    for (const Finding& finding : findings)
      if (finding.severity != Severity::note && finding.where.frame != whole_file) {
        EXPECT_NE(std::find(fault.frames.begin(), fault.frames.end(), finding.where.frame), fault.frames.end())
            << "found elsewhere";
      }
  }
}

/// Reference data of others, as they were read when this was written: what is said of them was checked by hand (docs/audit.md).
TEST(Audit, PublishedDataHoldThreeKnownFaults) {
  const std::string mixture = testing::shared_data("cn/20.3percN_3.5gcc.xyzf");
  const std::string hydrogen = testing::shared_data("hydrogen/OUTCAR2000.xyzf");
  const std::string carbon = testing::shared_data("carbon_dftb/liquid_6000K_2.0gcc.xyzf");
  CARILLON_SKIP_WITHOUT(mixture);
  const auto checks_of = [](const std::string& path) {
    std::vector<std::string> out;
    for (const Finding& finding : audit(Dataset({{path, {}}})).findings) out.push_back(finding.check);
    return out;
  };
  EXPECT_EQ(checks_of(mixture), (std::vector<std::string>{"stress_order", "unidentifiable_offset"}));
  EXPECT_EQ(checks_of(hydrogen), (std::vector<std::string>{"stress_frame"}));
  EXPECT_TRUE(checks_of(carbon).empty());
}

TEST(Audit, FindingsAndFactsDoNotDependOnThreads) {
  const Dataset data({{std::string(CARILLON_SOURCE_DIR) + "/validation/data/cn_pbe_d2_seed/frames.extxyz", {}}});
  const int before = threads();
  std::vector<AuditReport> reports;
  for (const int count : {1, 3}) {
    set_threads(count);
    reports.push_back(audit(data));
  }
  set_threads(before);
  EXPECT_EQ(reports[0].offsets.offsets, reports[1].offsets.offsets);
  ASSERT_EQ(reports[0].labels.stresses.size(), reports[1].labels.stresses.size());
  for (std::size_t k = 0; k < reports[0].labels.stresses.size(); ++k)
    EXPECT_EQ(reports[0].labels.stresses[k].model, reports[1].labels.stresses[k].model);
  EXPECT_EQ(suggested_basis_yaml(*reports[0].suggested, reports[0].distribution, 55),
            suggested_basis_yaml(*reports[1].suggested, reports[1].distribution, 55));
}

}  // namespace
}  // namespace carillon
