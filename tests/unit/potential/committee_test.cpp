#include "carillon/potential/committee.hpp"

#include <gtest/gtest.h>

#include "carillon/core/error.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon {
namespace {

using testing::elements;
using testing::message_of;

/// Says the same of every structure.
class Opinion : public DomainPotential {
public:
  explicit Opinion(double said, std::vector<Element> known = testing::elements({"C"})) : said_(said), known_(std::move(known)) {}
  Prediction evaluate(const Structure& structure) const override {
    return {1e4 + said_, std::vector<Eigen::Vector3d>(structure.size(), {said_, -2 * said_, 0}),
            said_ * Eigen::Matrix3d::Identity()};
  }
  DomainPrediction evaluate_domain(const Structure& atoms, std::size_t owned) const override {
    return {std::vector<double>(owned, said_), evaluate(atoms).forces, said_ * Eigen::Matrix3d::Identity()};
  }
  double cutoff() const override { return 4 + said_; }
  const std::vector<Element>& elements() const override { return known_; }
  std::string description() const override { return "an opinion"; }

private:
  double said_;
  std::vector<Element> known_;
};

Committee::Members opinions(const std::vector<double>& said) {
  Committee::Members out;
  for (const double one : said) out.push_back(std::make_unique<Opinion>(one));
  return out;
}

Structure two_atoms() {
  Structure out;
  out.species = elements({"C", "C"});
  out.positions = {{0, 0, 0}, {1.5, 0, 0}};
  return out;
}

/// Identity: of 1, 2 and 6 the mean is 3 and the standard deviation the root of (4 + 1 + 9) / 2.
TEST(Committee, SaysTheMeanAndHowFarMembersScatter) {
  const Prediction found = Committee(opinions({1, 2, 6}), 1.0).evaluate(two_atoms());
  EXPECT_NEAR(found.energy, 1e4 + 3, 1e-10);
  EXPECT_LT((found.forces[1] - Eigen::Vector3d(3, -6, 0)).norm(), 1e-14);
  ASSERT_TRUE(found.deviation);
  const double scatter = std::sqrt(7.0);
  EXPECT_NEAR(found.deviation->energy, scatter, 1e-10);
  ASSERT_EQ(found.deviation->forces.size(), 2u);
  EXPECT_LT((found.deviation->forces[0] - scatter * Eigen::Vector3d(1, 2, 0)).norm(), 1e-13);
  EXPECT_LT((found.deviation->stress - scatter * Eigen::Matrix3d::Identity()).norm(), 1e-13);
}

TEST(Committee, DeviationsAreScaledAndLeftOutWhereNotAskedFor) {
  const double once = Committee(opinions({1, 2, 6}), 1.0).evaluate(two_atoms()).deviation->forces[0].norm();
  EXPECT_NEAR(Committee(opinions({1, 2, 6}), 3.0).evaluate(two_atoms()).deviation->forces[0].norm(), 3 * once, 1e-13);
  EXPECT_FALSE(Committee(opinions({1, 2, 6})).evaluate(two_atoms()).deviation);
}

TEST(Committee, ItsPartOfADomainIsTheMeanOfTheMembersParts) {
  const DomainPrediction found = Committee(opinions({1, 2, 6})).evaluate_domain(two_atoms(), 1);
  ASSERT_EQ(found.atom_energies.size(), 1u);
  EXPECT_NEAR(found.atom_energies[0], 3, 1e-14);
  ASSERT_EQ(found.forces.size(), 2u);
  EXPECT_LT((found.forces[1] - Eigen::Vector3d(3, -6, 0)).norm(), 1e-14);
  EXPECT_LT((found.virial - 3 * Eigen::Matrix3d::Identity()).norm(), 1e-14);
}

TEST(Committee, SeesAsFarAsTheFarthestSeeing) { EXPECT_EQ(Committee(opinions({1, 6, 2})).cutoff(), 10); }

TEST(Committee, RefusesWhatIsNone) {
  EXPECT_EQ(message_of<InputError>([] { Committee(opinions({1})); }), "a committee of 1: expected at least two members");
  EXPECT_EQ(message_of<DomainError>([] { Committee(opinions({1, 2}), 0.0); }), "uncertainties cannot be scaled by 0");
  Committee::Members mixed = opinions({1});
  mixed.push_back(std::make_unique<Opinion>(2, elements({"C", "N"})));
  EXPECT_EQ(message_of<InputError>([&] { Committee(std::move(mixed)); }),
            "members of a committee are of C and of C-N; expected the same elements");
}

}  // namespace
}  // namespace carillon
