// What is said of clusterings and embeddings, beyond the rules of their tables: each near miss is refused.
#include <gmock/gmock.h>

#include <limits>

#include "estimators/inspection/found.h"

namespace pratique {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int64_t kLabels[] = {0, 1, -1};

template <class S>
std::string Broken(const S& state) {
  const std::optional<Violation> v = state.Invariant();
  return v ? v->field : "";
}

Clustering OfThree() { return {.n_features_in = 1, .n_samples = 3, .labels = kLabels}; }

TEST(InspectionInvariants, AStepMergesWhatStandsBefore) {
  Clustering state = OfThree();
  constexpr int64_t merges[] = {0, 2, 1, 3}, itself[] = {0, 3, 1, 2}, later[] = {0, 2, 1, 4};
  state.children = merges;
  EXPECT_EQ(Broken(state), "");
  state.children = itself;
  EXPECT_EQ(Broken(state), "children[1]");
  state.children = later;
  EXPECT_EQ(Broken(state), "children[3]");
  state.children = merges;
  constexpr double distances[] = {1, kNaN};
  state.distances = distances;
  EXPECT_EQ(Broken(state), "distances[1]");
}

TEST(InspectionInvariants, PredecessorsAreRows) {
  Clustering state = OfThree();
  constexpr int64_t rows[] = {-1, 0, 2}, beyond[] = {-1, 0, 3};
  state.predecessor = rows;
  EXPECT_EQ(Broken(state), "");
  state.predecessor = beyond;
  EXPECT_EQ(Broken(state), "predecessor[2]");
}

TEST(InspectionInvariants, ProbabilitiesAreThoseOrNaN) {
  Clustering state = OfThree();
  constexpr double some[] = {0, 1, kNaN}, more[] = {0, 1.5, 1}, less[] = {-0.5, 1, 1};
  state.probabilities = some;
  EXPECT_EQ(Broken(state), "");
  state.probabilities = more;
  EXPECT_EQ(Broken(state), "probabilities[1]");
  state.probabilities = less;
  EXPECT_EQ(Broken(state), "probabilities[0]");
}

TEST(InspectionInvariants, AnEmbeddingIsOfFloats) {
  constexpr double places[] = {0.1, 2};
  Embedding state{.n_features_in = 1, .n_samples = 2, .dtype = fb::DType::Float64, .embedding = places};
  EXPECT_EQ(Broken(state), "");
  state.dtype = fb::DType::Float32;
  EXPECT_EQ(Broken(state), "embedding[0]");
  state.dtype = fb::DType::Int64;
  EXPECT_EQ(Broken(state), "dtype");
}

}  // namespace
}  // namespace pratique
