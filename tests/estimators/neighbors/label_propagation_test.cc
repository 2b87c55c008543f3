// What the state of a LabelPropagation must say that no rule of the schema can.
#include "estimators/neighbors/label_propagation.h"

#include <gtest/gtest.h>

#include "estimators/neighbors/neighbor_graphs.h"
#include "neighbors_bfbs_generated.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

using Direct = testing::DirectState<LabelPropagation, fb::KNeighborsClassifierBinarySchema>;

constexpr double kFour[] = {1, 0, 0.5, 2}, kTwo[] = {0.5, 1};
constexpr int64_t kLabels[] = {3, 4};

KernelRows Rows() {
  KernelRows rows{};
  rows.n_rows = rows.n_features = 2;
  rows.kernel.metric = fb::PairwiseMetric::Rbf;
  rows.rows = kFour;
  return rows;
}

// What is wrong with a state whose kernel's rows are `rows`, after f.
template <class F>
std::string With(std::vector<KernelRows> rows, F f) {
  LabelPropagation s{};
  s.n_features_in = s.n_classes = s.n_samples = 2;
  s.classes = {.dtype = fb::DType::Int64, .missing = fb::Missing::No, .ints = kLabels};
  s.fitted = rows;
  s.label_distributions = kFour;
  f(s, rows);
  return Direct(s).Problem();
}

TEST(LabelPropagation, IsOfTheKernelRbf) {
  EXPECT_EQ(With({Rows()}, [](auto&, auto&) {}), "");
  EXPECT_EQ(With({Rows(), Rows()}, [](auto&, auto&) {}), "fitted one_kernel");
  EXPECT_EQ(With({Rows()}, [](auto&, auto& rows) { rows[0].kernel.metric = fb::PairwiseMetric::Poly; }),
            "fitted[0].kernel.metric rbf");
  EXPECT_EQ(With({Rows()}, [](auto& s, auto&) { s.n_features_in = 3; }), "fitted[0].n_features one_width");
  EXPECT_EQ(With({Rows()}, [](auto& s, auto&) { s.n_samples = 1, s.label_distributions = kTwo; }),
            "fitted[0].n_rows of_rows");
  EXPECT_EQ(With({Rows()}, [](auto& s, auto&) { s.n_classes = 1, s.label_distributions = kTwo; }),
            "n_classes one_label_a_class");
}

TEST(LabelPropagation, OfTheKernelKnnOwnsItsNeighbours) {
  EXPECT_EQ(With({}, [](auto&, auto&) {}), "");
  static constexpr double kShares[] = {1, 0, 0.5, 1, 0, 1, 0.5, 0};
  LabelPropagation state{.n_features_in = 2, .n_classes = 2, .n_samples = 4, .label_distributions = kShares};
  NearestNeighbors nearest{.n_features_in = 2, .neighbors = {.n_samples = 4, .n_features = 2}, .n_neighbors = 2};
  std::string_view role = "nn_fit", type = "sklearn.neighbors.NearestNeighbors";
  const StructInfo* info = &InfoOf<NearestNeighbors>();
  const void* states[] = {&nearest};
  const Signature signature;
  const Limits limits;
  const Children children{{&signature, 1}, states, {&info, 1}, {&role, 1}, {&type, 1}, &limits};
  ASSERT_TRUE(state.Infer(children).ok()) << state.Infer(children).status();
  const auto refuses = [&](auto change, auto back) {
    change();
    EXPECT_FALSE(state.Infer(children).ok());
    back();
    EXPECT_TRUE(state.Infer(children).ok());
  };
  refuses([&] { role = "nbrs_"; }, [&] { role = "nn_fit"; });
  refuses([&] { info = &InfoOf<LabelPropagation>(); }, [&] { info = &InfoOf<NearestNeighbors>(); });
  refuses([&] { nearest.n_features_in = 3; }, [&] { nearest.n_features_in = 2; });
  refuses([&] { nearest.neighbors.n_samples = 5; }, [&] { nearest.neighbors.n_samples = 4; });
  refuses([&] { nearest.n_neighbors = 0; }, [&] { nearest.n_neighbors = 1; });
  EXPECT_FALSE(state.Infer({}).ok());
  KernelRows rows = Rows();
  state.fitted = {&rows, 1};
  EXPECT_TRUE(state.Infer({}).ok());
  EXPECT_FALSE(state.Infer(children).ok());
}

}  // namespace
}  // namespace pratique
