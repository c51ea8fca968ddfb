#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "carillon/data/dataset.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "carillon/data/xyzf_writer.hpp"
#include "support/temporary_file.hpp"
#include "unit/data/frames.hpp"

namespace carillon {
namespace {

using testing::read_one;

/// A number with a random mantissa over many orders of magnitude.
double wild(std::mt19937_64& engine) {
  std::uniform_real_distribution<double> mantissa(-1, 1);
  std::uniform_int_distribution<int> exponent(-30, 30);
  return std::ldexp(mantissa(engine), exponent(engine));
}

Eigen::Vector3d wild_vector(std::mt19937_64& engine) { return {wild(engine), wild(engine), wild(engine)}; }

/// A random periodic frame with everything a frame can have.
Structure wild_frame(std::mt19937_64& engine, std::size_t atoms) {
  Structure frame;
  std::uniform_real_distribution<double> shear(-1, 1);
  for (int i = 0; i < 9; ++i) frame.cell.vectors(i / 3, i % 3) = shear(engine) + (i % 4 == 0 ? 5.0 : 0.0);
  frame.cell.periodic = {true, true, true};
  frame.forces.emplace();
  std::uniform_int_distribution<int> number(1, 118);
  for (std::size_t i = 0; i < atoms; ++i) {
    frame.species.push_back(Element::from_number(number(engine)));
    frame.positions.push_back(wild_vector(engine));
    frame.forces->push_back(wild_vector(engine));
  }
  frame.energy = wild(engine);
  Eigen::Matrix3d stress;
  for (int i = 0; i < 6; ++i) stress(voigt_row[i], voigt_column[i]) = stress(voigt_column[i], voigt_row[i]) = wild(engine);
  frame.stress = stress;
  frame.label = "a label";
  frame.temperature = std::abs(wild(engine));
  return frame;
}

/// Distance in units in the last place.
double ulps(double a, double b) {
  if (a == b) return 0;
  return std::abs(a - b) / (std::nextafter(std::abs(a), std::numeric_limits<double>::infinity()) - std::abs(a));
}

void expect_same(const Structure& a, const Structure& b) {
  EXPECT_EQ(a.cell, b.cell);
  EXPECT_EQ(a.species, b.species);
  EXPECT_EQ(a.positions, b.positions);
  EXPECT_EQ(a.energy, b.energy);
  EXPECT_EQ(a.forces, b.forces);
  EXPECT_EQ(a.stress, b.stress);
  EXPECT_EQ(a.stress_is_diagonal, b.stress_is_diagonal);
  EXPECT_EQ(a.label, b.label);
  EXPECT_EQ(a.temperature, b.temperature);
}

TEST(ExtxyzWriter, RoundTripIsExact) {
  std::mt19937_64 engine(3);
  for (int i = 0; i < 200; ++i) {
    const Structure frame = wild_frame(engine, 5);
    expect_same(read_one("extxyz", extxyz_text(frame)), frame);
  }
}

TEST(ExtxyzWriter, RoundTripOfPartsAndOddities) {
  std::mt19937_64 engine(4);
  Structure frame = wild_frame(engine, 2);
  frame.stress_is_diagonal = true;
  frame.stress = Eigen::Matrix3d(Eigen::Vector3d(1, 2, -0.0).asDiagonal());
  frame.cell.vectors.row(2).setZero();
  frame.cell.periodic = {true, true, false};
  frame.positions[0] = {-0.0, std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max()};
  expect_same(read_one("extxyz", extxyz_text(frame)), frame);
  EXPECT_TRUE(std::signbit(read_one("extxyz", extxyz_text(frame)).positions[0].x()));
  for (const char* label :
       {"plain", "two words", "quo\"te", "back\\slash", "it's", "a=b", "{brace", "T", "-1.5", "Kohlenstoff, flüssig"}) {
    frame.label = label;
    EXPECT_EQ(read_one("extxyz", extxyz_text(frame)).label, label);
  }
  Structure bare;
  bare.species = {*Element::from_symbol("H")};
  bare.positions = {{1, 2, 3}};
  expect_same(read_one("extxyz", extxyz_text(bare)), bare);
}

TEST(ExtxyzWriter, WritesThisText) {
  Structure frame;
  frame.cell = {Eigen::Matrix3d::Identity() * 2, {true, true, true}};
  frame.species = {*Element::from_symbol("He")};
  frame.positions = {{0.1, 0, -1e-5}};
  frame.forces = {{0.25, 1, 2}};
  frame.energy = -1.5;
  frame.stress = Eigen::Matrix3d::Identity();
  frame.label = "a b";
  EXPECT_EQ(extxyz_text(frame, {.numbers = {{"distance", 0.5}}}),
            "1\n"
            "Lattice=\"2 0 0 0 2 0 0 0 2\" Properties=species:S:1:pos:R:3:forces:R:3 energy=-1.5 stress=\"1 0 0 0 1 0 0 0 1\" "
            "config_type=\"a b\" distance=0.5 pbc=\"T T T\"\n"
            "He 0.1 0 -1e-05 0.25 1 2\n");
}

TEST(ExtxyzWriter, ExtraArraysStandBesideTheUsualOnes) {
  Structure frame;
  frame.species = {*Element::from_symbol("C"), *Element::from_symbol("N")};
  frame.positions = {{0, 0, 0}, {1.5, 0, 0}};
  frame.forces = {{{1, 2, 3}, {4, 5, 6}}};
  FrameExtras extras{.numbers = {{"energy_std", 0.5}},
                     .vectors = {{"forces_std", {{0.1, 0.2, 0.3}, {0.4, 0.5, 0.6}}}},
                     .matrices = {{"stress_std", Eigen::Matrix3d::Constant(0.25)}}};
  const std::string text = extxyz_text(frame, extras);
  EXPECT_EQ(text,
            "2\nProperties=species:S:1:pos:R:3:forces:R:3:forces_std:R:3 energy_std=0.5 "
            "stress_std=\"0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25\" pbc=\"F F F\"\n"
            "C 0 0 0 1 2 3 0.1 0.2 0.3\nN 1.5 0 0 4 5 6 0.4 0.5 0.6\n");
  extras.vectors[0].second.pop_back();
  EXPECT_THROW(extxyz_text(frame, extras), ShapeError);
  EXPECT_THROW(extxyz_text(frame, {.vectors = {{"forces", {{0, 0, 0}, {0, 0, 0}}}}}), DomainError);
}

TEST(ExtxyzWriter, RefusesWhatCouldNotBeReadBack) {
  std::mt19937_64 engine(5);
  const Structure good = wild_frame(engine, 2);
  const auto refused = [&](auto change) {
    Structure frame = good;
    change(frame);
    return testing::message_of<Error>([&] { (void)extxyz_text(frame); });
  };
  EXPECT_EQ(refused([](Structure& f) { f.energy = std::nan(""); }), "energy is not finite and cannot be written");
  EXPECT_EQ(refused([](Structure& f) { f.forces->at(1).y() = 1 / 0.0; }), "force is not finite and cannot be written");
  EXPECT_EQ(refused([](Structure& f) { f.forces->pop_back(); }), "forces and species of a frame differ in length");
  EXPECT_EQ(refused([](Structure& f) { f.positions.pop_back(); }), "positions and species of a frame differ in length");
  EXPECT_EQ(refused([](Structure& f) { f.species[0] = Element(); }), "an invalid element cannot be written");
  EXPECT_EQ(refused([](Structure& f) { (*f.stress)(0, 1) += 1; }), "the stress is not symmetric");
  EXPECT_EQ(refused([](Structure& f) { f.label = "a\nb"; }), "a label with a line break cannot be written");
  EXPECT_EQ(refused([](Structure& f) { f.cell.vectors.row(0) = f.cell.vectors.row(1); }),
            "the cell vectors are linearly dependent");
  EXPECT_EQ(refused([](Structure& f) { f = Structure(); }), "a frame without atoms cannot be written");
  EXPECT_THROW((void)extxyz_text(good, {.numbers = {{"energy", 1.0}}}), DomainError);
  EXPECT_THROW((void)extxyz_text(good, {.numbers = {{"two words", 1.0}}}), DomainError);
  EXPECT_THROW((void)extxyz_text(good, {.numbers = {{"x", std::nan("")}}}), DomainError);
}

TEST(ExtxyzWriter, TheFileAppearsOnlyAtCommit) {
  const testing::TemporaryFolder folder;
  std::mt19937_64 engine(6);
  const std::string path = folder.path("out.extxyz");
  std::vector<Structure> frames;
  {
    ExtxyzWriter writer(path);
    for (int i = 0; i < 3; ++i) {
      frames.push_back(wild_frame(engine, 4));
      writer.write(frames.back(), {.numbers = {{"step", i}}});
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    writer.commit();
  }
  const Dataset data({DataSource{path}});
  ASSERT_EQ(data.size(), 3);
  for (long i = 0; i < 3; ++i) expect_same(data.read(i), frames[static_cast<std::size_t>(i)]);
  const std::string abandoned = folder.path("abandoned.extxyz");
  ExtxyzWriter(abandoned).write(frames[0]);
  EXPECT_FALSE(std::filesystem::exists(abandoned));
}

TEST(XyzfWriter, RoundTripIsExactUpToTheUnits) {
  std::mt19937_64 engine(7);
  long numbers = 0;
  long exact = 0;
  const auto compare = [&](double a, double b) {
    ++numbers;
    exact += a == b;
    EXPECT_LE(ulps(a, b), 1) << a << " became " << b;
  };
  for (int i = 0; i < 200; ++i) {
    Structure frame = wild_frame(engine, 5);
    const Structure again = read_one("xyzf", xyzf_text(frame));
    EXPECT_EQ(again.cell, frame.cell);
    EXPECT_EQ(again.species, frame.species);
    EXPECT_EQ(again.positions, frame.positions);
    compare(*frame.energy, *again.energy);
    for (int k = 0; k < 6; ++k)
      compare((*frame.stress)(voigt_row[k], voigt_column[k]), (*again.stress)(voigt_row[k], voigt_column[k]));
    for (std::size_t k = 0; k < 5; ++k)
      for (int d = 0; d < 3; ++d) compare(frame.forces->at(k)[d], again.forces->at(k)[d]);
    // A number that came from a file goes back to it exactly: that is what keeps repeated conversions from drifting.
    const Structure third = read_one("xyzf", xyzf_text(again));
    EXPECT_EQ(third.energy, again.energy);
    EXPECT_EQ(third.forces, again.forces);
    EXPECT_EQ(third.stress, again.stress);
  }
  EXPECT_GT(exact, numbers / 2) << exact << " of " << numbers;
}

TEST(XyzfWriter, PartsThatAreMissingStayMissing) {
  std::mt19937_64 engine(8);
  for (const bool energy : {false, true})
    for (const int stresses : {0, 3, 6}) {
      Structure frame = wild_frame(engine, 2);
      if (!energy) frame.energy.reset();
      if (stresses == 0) frame.stress.reset();
      frame.stress_is_diagonal = stresses == 3;
      const Structure again = read_one("xyzf", xyzf_text(frame));
      EXPECT_EQ(again.energy.has_value(), energy);
      EXPECT_EQ(again.stress.has_value(), stresses > 0);
      EXPECT_EQ(again.stress_is_diagonal, stresses == 3);
    }
}

TEST(XyzfWriter, RefusesWhatTheFormatCannotHold) {
  std::mt19937_64 engine(9);
  Structure open = wild_frame(engine, 2);
  open.cell.periodic[1] = false;
  EXPECT_EQ(testing::message_of<DomainError>([&] { (void)xyzf_text(open); }), "the format xyzf holds only fully periodic frames");
  Structure no_forces = wild_frame(engine, 2);
  no_forces.forces.reset();
  EXPECT_EQ(testing::message_of<DomainError>([&] { (void)xyzf_text(no_forces); }),
            "the format xyzf cannot hold a frame without forces");
}

}  // namespace
}  // namespace carillon
