#include "carillon/validate/parity.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "carillon/core/error.hpp"
#include "carillon/core/text_reader.hpp"

namespace carillon {
namespace {

Structure one_atom() {
  Structure s;
  s.label = "a,b";
  s.species.assign(1, Element::from_number(6));
  s.energy = -1036.25;
  s.forces = {{1, 2, -0.5}};
  s.stress = 2 * Eigen::Matrix3d::Identity();
  s.stress_is_diagonal = true;
  return s;
}

Prediction prediction() {
  Prediction p;
  p.energy = -1036.2500001;
  p.forces = {{1, 2, -0.25}};
  p.stress = Eigen::Matrix3d::Identity();
  return p;
}

// Oracle for the stress: 1 eV/Å³ is 160.2177 GPa (CODATA 2022).
TEST(Parity, LinesAreInTheUnitsOfThePlots) {
  EXPECT_EQ(parity_lines(one_atom(), prediction()),
            "energy,\"a,b\",-1036.25,-1036.2500001\n"
            "force,\"a,b\",1,1\n"
            "force,\"a,b\",2,2\n"
            "force,\"a,b\",-0.5,-0.25\n"
            "stress,\"a,b\",320.4353,160.2177\n"
            "stress,\"a,b\",320.4353,160.2177\n"
            "stress,\"a,b\",320.4353,160.2177\n");
  Structure wrong = one_atom();
  wrong.forces->emplace_back(0, 0, 0);
  EXPECT_THROW(parity_lines(wrong, prediction()), ShapeError);
}

TEST(Parity, EnergiesArePerAtomAndMissingQuantitiesAreLeftOut) {
  Structure s;
  s.species.assign(4, Element::from_number(6));
  s.energy = -8;
  Prediction p;
  p.energy = -4;
  EXPECT_EQ(parity_lines(s, p), "energy,,-2,-1\n");
  s.energy.reset();
  EXPECT_EQ(parity_lines(s, p), "");
}

TEST(Parity, TheFileAppearsOnCommit) {
  const auto path = std::filesystem::temp_directory_path() / "carillon_parity_test.csv";
  std::filesystem::remove(path);
  ParityWriter writer(path.string());
  writer.add(one_atom(), prediction());
  writer.append("force,x,1,2\n");
  EXPECT_FALSE(std::filesystem::exists(path));
  writer.commit();
  EXPECT_EQ(TextFile(path.string()).text(),
            "kind,label,reference,predicted\n" + parity_lines(one_atom(), prediction()) + "force,x,1,2\n");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace carillon
