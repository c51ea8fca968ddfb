#include "carillon/design/structure_rows.hpp"

#include <algorithm>

#include "carillon/design/cluster_kernel.hpp"
#include "carillon/geometry/cluster_list.hpp"

namespace carillon {
namespace {

void add_scaled(std::span<double> row, double factor, std::span<const double> values) {
  for (std::size_t c = 0; c < values.size(); ++c) row[c] += factor * values[c];
}

/// Adds the clusters of N atoms to the rows.
template <int N>
class RowBuilder {
public:
  static constexpr std::size_t slots = ClusterKernel<N>::slots;

  RowBuilder(const BasisSet& basis, const ClusterLookup& lookup, const RowOptions& options, double volume, StructureRows& rows)
      : basis_(basis), lookup_(lookup), options_(options), volume_(volume), rows_(rows) {}

  void operator()(const Cluster<N>& cluster) {
    const ClusterLookup::Match& match = lookup_.match(cluster.atoms);
    if (match.type < 0) return;
    const ClusterType& type = basis_.types()[static_cast<std::size_t>(match.type)];
    if (N == 2 && options_.skip_pairs_below_inner && cluster.distances[0] < type.slots()[0].inner) return;
    if (!kernel_.prepare(type, match, cluster.distances)) return;
    sum_orbits(type);
    const auto first = static_cast<std::size_t>(basis_.first_column(static_cast<std::size_t>(match.type)));
    scatter(cluster, match, first, static_cast<std::size_t>(type.columns()));
  }

private:
  /// A column is the plain sum over the terms of its orbit.
  void sum_orbits(const ClusterType& type) {
    const auto columns = static_cast<std::size_t>(type.columns());
    values_.assign(columns, 0);
    for (auto& slope : slopes_) slope.assign(columns, 0);
    std::array<double, slots> term_slopes;
    for (const Term& term : type.terms()) {
      const auto orbit = static_cast<std::size_t>(term.orbit);
      values_[orbit] += kernel_.term(term.powers, term_slopes);
      for (std::size_t p = 0; p < slots; ++p) slopes_[p][orbit] += term_slopes[p];
    }
  }

  void scatter(const Cluster<N>& cluster, const ClusterLookup::Match& match, std::size_t first, std::size_t columns) {
    add_scaled(rows_.energy().subspan(first, columns), 1, values_);
    for (std::size_t p = 0; p < slots; ++p) {
      const auto slot = static_cast<std::size_t>(match.slot_at[p]);
      const auto [a, b] = slot_atoms(N, static_cast<int>(slot));
      const auto atom_a = static_cast<std::size_t>(cluster.atoms[static_cast<std::size_t>(a)]);
      const auto atom_b = static_cast<std::size_t>(cluster.atoms[static_cast<std::size_t>(b)]);
      const Eigen::Vector3d& vector = cluster.vectors[slot];
      const Eigen::Vector3d direction = vector / cluster.distances[slot];
      for (int axis = 0; axis < 3; ++axis) {
        add_scaled(rows_.force(atom_a, axis).subspan(first, columns), direction[axis], slopes_[p]);
        add_scaled(rows_.force(atom_b, axis).subspan(first, columns), -direction[axis], slopes_[p]);
      }
      if (volume_ <= 0) continue;
      for (int v = 0; v < 6; ++v)
        add_scaled(rows_.stress(v).subspan(first, columns), vector[voigt_row[v]] * direction[voigt_column[v]] / volume_, slopes_[p]);
    }
  }

  const BasisSet& basis_;
  const ClusterLookup& lookup_;
  const RowOptions& options_;
  double volume_;
  StructureRows& rows_;
  ClusterKernel<N> kernel_;
  std::vector<double> values_;                     // [columns of the type]
  std::array<std::vector<double>, slots> slopes_;  // [slot][columns of the type]
};

template <int N>
void add_clusters(const BasisSet& basis, const NeighborList& neighbors, const ClusterLookup& lookup, const RowOptions& options, double volume,
                  StructureRows& rows) {
  const double cutoff = basis.cutoff(N);
  if (cutoff <= 0) return;
  RowBuilder<N> builder(basis, lookup, options, volume, rows);
  for (std::size_t atom = 0; atom < rows.atoms(); ++atom) for_each_cluster_of<N>(neighbors, atom, cutoff, builder);
}

void add_offsets(const BasisSet& basis, const Structure& structure, StructureRows& rows) {
  for (std::size_t t = 0; t < basis.types().size(); ++t) {
    const ClusterType& type = basis.types()[t];
    if (type.atoms() != 1) continue;
    const auto count = std::count(structure.species.begin(), structure.species.end(), type.elements().front());
    rows.energy()[static_cast<std::size_t>(basis.first_column(t))] = static_cast<double>(count);
  }
}

}  // namespace

StructureRows::StructureRows(std::size_t atoms, std::size_t columns)
    : atoms_(atoms), columns_(columns), values_((3 * atoms + 7) * columns, 0.0) {}

StructureRows reference_rows(const BasisSet& basis, const Structure& structure, const RowOptions& options) {
  StructureRows rows(structure.size(), static_cast<std::size_t>(basis.columns()));
  add_offsets(basis, structure, rows);
  if (basis.cutoff() <= 0) return rows;
  const NeighborList neighbors(structure, basis.cutoff());
  const ClusterLookup lookup(basis, structure);
  const double volume = structure.cell.volume();
  add_clusters<2>(basis, neighbors, lookup, options, volume, rows);
  add_clusters<3>(basis, neighbors, lookup, options, volume, rows);
  add_clusters<4>(basis, neighbors, lookup, options, volume, rows);
  return rows;
}

}  // namespace carillon
