// What the reader of LightGBM's text refuses. That it reads honest ones is what tests/models/cases/boosters.py shows.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "estimators/boosting/lightgbm_text.h"
#include "pratique/pratique.h"

namespace pratique {
namespace {

constexpr char kModel[] =
    "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\nobjective=regression\n"
    "feature_names=a b\nfeature_infos=[0:1] none\n\n"
    "Tree=0\nnum_leaves=3\nsplit_feature=1 0\nnum_cat=0\nthreshold=0.5 -2\ndecision_type=10 0\nleft_child=1 -1\n"
    "right_child=-3 -2\nleaf_value=1 2.5 3\nis_linear=0\nshrinkage=1\n\n\nend of trees\n\nparameters:\n";

std::string With(const std::string& what, const std::string& by) {
  const std::string changed = absl::StrReplaceAll(kModel, {{what, by}});
  EXPECT_NE(changed, kModel) << what;
  return changed;
}

absl::Status LoadText(const std::string& text) { return LoadBytes(std::as_bytes(std::span(text))).status(); }

TEST(LightGbmText, ReadsATree) {
  absl::StatusOr<LightGbmText> model = LightGbmText::Read(kModel);
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->n_features, 2u);
  ASSERT_EQ(model->trees.size(), 1u);
  const auto& nodes = model->trees[0];
  ASSERT_EQ(nodes.size(), 5u);
  EXPECT_TRUE(nodes[0].missing_goes_left);   // by default
  EXPECT_FALSE(nodes[1].missing_goes_left);  // NaN counts as 0, which is above -2
  EXPECT_EQ(nodes[2].value, 3);
}

TEST(LightGbmText, ReadsSets) {
  absl::StatusOr<LightGbmText> model =
      LightGbmText::Read(With("num_cat=0\nthreshold=0.5 -2\ndecision_type=10 0",
                              "threshold=0.5 0\ndecision_type=6 1\nnum_cat=1\ncat_boundaries=0 2\ncat_threshold=5 1"));
  ASSERT_TRUE(model.ok()) << model.status();
  const auto& nodes = model->trees[0];
  EXPECT_TRUE(nodes[0].zero_is_missing && nodes[0].missing_goes_left);
  ASSERT_TRUE(nodes[1].is_categorical);
  const std::span<const uint32_t> words = model->words_of(nodes[1].set);
  EXPECT_EQ(std::vector<uint32_t>(words.begin(), words.end()), (std::vector<uint32_t>{5, 1}));
}

TEST(LightGbmText, Refuses) {
  const struct {
    const char *what, *by, *why;
    bool unsupported = false;
  } kRows[] = {
      {"left_child=1 -1", "left_child=0 -1", "node 0"},
      {"left_child=1 -1", "left_child=2 -1", "node 2"},
      {"left_child=1 -1", "left_child=1 -3", "leaf 2"},
      {"left_child=1 -1", "left_child=1 -4", "leaf 3"},
      {"left_child=1 -1", "left_child=1 -2147483648", "leaf 2147483647"},
      {"left_child=1 -1", "left_child=1", "left_child"},
      {"right_child=-3 -2", "right_child=-3 -2 -2", "right_child"},
      {"split_feature=1 0", "split_feature=2 0", "split_feature"},
      {"split_feature=1 0", "split_feature=-1 0", "split_feature"},
      {"threshold=0.5 -2", "threshold=nan -2", "threshold"},
      {"threshold=0.5 -2", "threshold=0.5 x", "threshold"},
      {"leaf_value=1 2.5 3", "leaf_value=1 inf 3", "leaf_value"},
      {"num_leaves=3", "num_leaves=0", "num_leaves"},
      {"num_leaves=3", "num_leaves=2147483647", "leaf_value"},
      {"num_leaves=3", "num_leaves=4294967299", "num_leaves"},
      {"num_leaves=3", "num_leaves=-3", "num_leaves"},
      {"max_feature_idx=1", "max_feature_idx=16777216", "max_feature_idx"},
      {"num_tree_per_iteration=1", "num_tree_per_iteration=0", "num_tree_per_iteration"},
      {"num_tree_per_iteration=1", "num_tree_per_iteration=2", "num_class"},
      {"decision_type=10 0", "decision_type=16 0", "decision_type"},
      {"decision_type=10 0", "decision_type=12 0", "decision_type"},
      {"end of trees", "the end", "end of trees"},
      {"tree\n", "plant\n", "first line"},
      {"decision_type=10 0", "decision_type=1 0", "threshold: 0.5"},
      {"decision_type=10 0", "decision_type=10 1", "threshold: -2"},
      {"num_cat=0", "num_cat=1", "cat_boundaries"},
      {"num_cat=0", "num_cat=2147483647", "cat_boundaries"},
      {"num_cat=0", "num_cat=1\ncat_boundaries=0 2\ncat_threshold=1", "cat_threshold"},
      {"num_cat=0", "num_cat=1\ncat_boundaries=1 2\ncat_threshold=1 1", "cat_boundaries"},
      {"num_cat=0", "num_cat=2\ncat_boundaries=0 2 1\ncat_threshold=1", "cat_boundaries"},
      {"threshold=0.5 -2\ndecision_type=10 0", "threshold=0 0\ndecision_type=1 1\ncat_boundaries=0 1\ncat_threshold=1",
       "threshold: 0"},
      {"feature_names=a b", "feature_names=a", "feature_names"},
      {"feature_names=a b", "feature_names=a b\ntree_sizes=3", "tree_sizes"},
      {"parameters:\n", "parameters:\n[categorical_feature: 2]\n", "categorical_feature"},
      {"parameters:\n", "parameters:\n[categorical_feature: 1,0]\n", "categorical_feature"},
      {"is_linear=0", "is_linear=2", "is_linear"},
      {"is_linear=0", "is_linear=1", "leaf_const"},
      {"is_linear=0", "is_linear=1\nleaf_const=1 2 3\nnum_features=0 1 4294967295", "leaf_features"},
      {"is_linear=0", "is_linear=1\nleaf_const=1 2 3\nnum_features=0 1 0\nleaf_features= 2 \nleaf_coeff= 1 ",
       "leaf_features"},
      {"is_linear=0", "is_linear=1\nleaf_const=1 2 3\nnum_features=0 1 0\nleaf_features= 1 \nleaf_coeff= nan ",
       "leaf_coeff"},
      {"is_linear=0", "is_linear=1\nleaf_const=1 inf 3\nnum_features=0 1 0\nleaf_features= 1 \nleaf_coeff= 1 ",
       "leaf_const"},
      {"version=v4", "version=v2", "version", true},
      // What LightGBM's reader takes for other lines or other keys.
      {"label_index=0", "label_index=0\raverage_output", "ends it"},
      {"shrinkage=1", "shrinkage=1\ris_linear=1", "ends it"},
      {"label_index=0", "label_index=0\n=average_output", "key ''", true},
      {"label_index=0", "label_index=0\naverage_output=", "average_output"},
      {"label_index=0", "label_index=0\nobjective", "objective"},
      {"objective=regression", "objective==binary", "a second"},
      {"objective=regression", "objective=regression\nobjective=regression", "twice"},
      {"leaf_value=1 2.5 3", "leaf_value=1 2.5 3\nleaf_value=1 2.5 3", "twice"},
      {"num_cat=0", "x\nnum_cat=0", "key 'x'", true},
      {"num_cat=0", "x=1\nnum_cat=0", "key 'x'", true},
      {"shrinkage=1\n\n", "shrinkage=1\n ", "key ' '", true},
      // What it stops at.
      {"num_class=1", "num_class=2", "num_class"},
      {"num_class=1\nnum_tree_per_iteration=1", "num_class=2\nnum_tree_per_iteration=2", "trees"},
      {"num_class=1\n", "", "num_class"},
      {"label_index=0\n", "", "label_index"},
      {"feature_infos=[0:1] none\n", "", "feature_infos"},
      {"feature_infos=[0:1] none", "feature_infos=none", "feature_infos"},
      {"shrinkage=1", "shrinkage=x", "shrinkage"},
      {"shrinkage=1", "shrinkage=1\nleaf_count=1 2", "leaf_count"},
      {"shrinkage=1", "shrinkage=1\ninternal_value=1 2 3", "internal_value"},
  };
  for (const auto& row : kRows) {
    const absl::Status status = LightGbmText::Read(With(row.what, row.by)).status();
    EXPECT_EQ(absl::IsUnimplemented(status), row.unsupported) << row.by << ": " << status;
    EXPECT_TRUE(absl::IsUnimplemented(status) || absl::IsInvalidArgument(status)) << row.by << ": " << status;
    EXPECT_NE(std::string(status.message()).find(row.why), std::string::npos) << row.by << ": " << status;
  }
  std::string endless =
      With("end of trees", "end of trees\n\nfeature_x");  // at a NUL in which LightGBM 4.7 reads on for good
  endless[endless.find("_x")] = '\0';
  EXPECT_TRUE(absl::IsInvalidArgument(LightGbmText::Read(endless).status()));
}

TEST(LightGbmText, ObjectivesAreThoseThatLightGbmWrites) {
  const auto is_read = [](const char* objective) {
    return LoadText(With("=regression", absl::StrCat("=", objective))).ok();
  };
  for (const char* objective : {"regression sqrt", "binary sigmoid:1", "poisson", "fair sqrt", "custom", "lambdarank"})
    EXPECT_TRUE(is_read(objective)) << objective;
  for (const char* objective : {"huber sqrt", "lambdarank sqrt", "custom sqrt", "binary", "binary sqrt",
                                "binary sigmoid:0", "multiclass num_class:1", "other"})
    EXPECT_FALSE(is_read(objective)) << objective;
}

TEST(LightGbmText, AnyPrefixAndChangedByteIsReadOrRefused) {
  const std::string model = kModel;
  for (size_t n = 0; n < model.find("end of trees"); ++n) {
    EXPECT_FALSE(LightGbmText::Read(std::string_view(model).substr(0, n)).ok()) << n;
  }
  for (size_t i = 0; i < model.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = model;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      const absl::Status status = LightGbmText::Read(changed).status();
      EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status) || absl::IsUnimplemented(status)) << status;
    }
  }
}

// A frame's categories, as LightGBM's Python package writes them behind the parameters.
std::string OfFrames(const std::string& categories) {
  return With("num_cat=0\nthreshold=0.5 -2\ndecision_type=10 0",
              "threshold=0.5 0\ndecision_type=10 1\nnum_cat=1\ncat_boundaries=0 1\ncat_threshold=3") +
         "[categorical_feature: 0]\nend of parameters\n\npandas_categorical:" + categories + "\n";
}

TEST(LightGbmText, CategoriesOfFramesAreProven) {
  EXPECT_TRUE(LoadText(OfFrames(R"([["a", "b"]])")).ok()) << LoadText(OfFrames(R"([["a", "b"]])"));
  EXPECT_TRUE(LoadText(OfFrames("[[7, 3]]")).ok());
  const struct {
    const char* categories;
    Reason reason;
  } kRows[] = {
      {"", Reason::kNone},  // an array: no categories are kept
      {"null", Reason::kNone},
      {"x", Reason::kInvalid},
      {R"([["a", "b"])", Reason::kInvalid},
      {R"([["a", "b"]]])", Reason::kInvalid},
      {R"([["a", "a"]])", Reason::kInvalid},
      {R"([["a"]])", Reason::kInvalid},
      {R"([["a", "b"], ["c"]])", Reason::kUnsupported},
      {R"([["a", 1]])", Reason::kUnsupported},
      {R"([[true, false]])", Reason::kUnsupported},
      {R"({"a": "b"})", Reason::kUnsupported},
      {"3", Reason::kUnsupported},
  };
  for (const auto& row : kRows) {
    const std::optional<Rejection> why = GetRejection(LoadText(OfFrames(row.categories)));
    EXPECT_EQ(why ? why->reason : Reason::kNone, row.reason) << row.categories << (why ? ": " + why->message : "");
  }
}

TEST(LightGbmText, AnyChangedByteLoadsOrIsRefusedForAReason) {
  const std::string model = OfFrames(R"([["a", "b"]])");
  for (size_t i = 0; i < model.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = model;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      const std::optional<Rejection> why = GetRejection(LoadText(changed));
      EXPECT_TRUE(!why || why->reason != Reason::kInternal) << "byte " << i << ", bit " << bit << ": " << why->message;
    }
  }
}

}  // namespace
}  // namespace pratique
