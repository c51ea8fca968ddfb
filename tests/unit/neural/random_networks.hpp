#pragma once

#include <memory>
#include <random>

#include "carillon/data/dataset.hpp"
#include "carillon/data/extxyz_writer.hpp"
#include "carillon/neural/network_potential.hpp"
#include "support/random_models.hpp"
#include "support/temporary_file.hpp"

namespace carillon::testing {

inline DescriptorSpec small_descriptor() {
  DescriptorSpec spec;
  spec.chebyshev = {5, 4.0, 3, 3.3, 1, CoordinateKind::direct, 1};
  return spec;
}

/// Scalers and shifts at random too, so that a test sees what forgets them.
inline NetworkModel random_network(const std::vector<Element>& elements, std::uint64_t seed, const NetworkSpec& network,
                                   const DescriptorSpec& descriptor = small_descriptor()) {
  NetworkModel model = random_network_model(elements, descriptor, network, seed);
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(-1, 1);
  for (double& weight : model.weights) weight += 0.2 * uniform(generator);
  for (Scaler& scaler : model.scalers) {
    for (double& mean : scaler.mean) mean = uniform(generator);
    for (double& spread : scaler.spread) spread = 2 + uniform(generator);
  }
  for (double& shift : model.shifts) shift = 3 * uniform(generator);
  return model;
}

inline NetworkModel random_network(const std::vector<Element>& elements, std::uint64_t seed,
                                   Activation activation = Activation::tanh,
                                   const DescriptorSpec& descriptor = small_descriptor(), std::vector<int> hidden = {7, 5}) {
  return random_network(elements, seed, NetworkSpec{std::move(hidden), activation}, descriptor);
}

/// Structures with labels of no meaning, or with those of a teacher, as a data set; of every third the stress is missing.
class LabelledFrames {
public:
  LabelledFrames(const std::vector<Element>& elements, int count, unsigned seed, const Potential* teacher = nullptr) {
    std::mt19937_64 generator(seed);
    std::normal_distribution<double> normal;
    ExtxyzWriter writer(folder_.path("frames.extxyz"));
    for (int k = 0; k < count; ++k) {
      Structure structure = random_structure(elements, static_cast<std::size_t>(4 + k % 4), 4.2 + 0.1 * k, 1.4,
                                             seed + 17 * static_cast<unsigned>(k));
      structure.energy = -3 * static_cast<double>(structure.size()) + normal(generator);
      structure.forces.emplace();
      for (std::size_t i = 0; i < structure.size(); ++i)
        structure.forces->emplace_back(normal(generator), normal(generator), normal(generator));
      const Eigen::Matrix3d random = 0.05 * Eigen::Matrix3d::NullaryExpr([&] { return normal(generator); });
      if (k % 3 != 2) structure.stress = Eigen::Matrix3d(random + random.transpose());
      if (teacher) {
        const Prediction taught = teacher->evaluate(structure);
        structure.energy = taught.energy;
        structure.forces = taught.forces;
        if (structure.stress) structure.stress = taught.stress;
      }
      structure.label = k % 2 == 0 ? "even" : "odd";
      writer.write(structure);
    }
    writer.commit();
    data_ = std::make_unique<Dataset>(std::vector<DataSource>{{folder_.path("frames.extxyz")}});
  }

  const Dataset& data() const { return *data_; }
  std::string path() const { return folder_.path("frames.extxyz"); }
  std::vector<long> all() const {
    std::vector<long> out;
    for (long k = 0; k < data_->size(); ++k) out.push_back(k);
    return out;
  }

private:
  TemporaryFolder folder_;
  std::unique_ptr<Dataset> data_;
};

/// (4 D(h/2) - D(h)) / 3 of central differences: error of order h⁴.
template <class Function>
double richardson(const Function& f, double h) {
  const double wide = (f(h) - f(-h)) / (2 * h);
  const double narrow = (f(0.5 * h) - f(-0.5 * h)) / h;
  return (4 * narrow - wide) / 3;
}

}  // namespace carillon::testing
