#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/linear/dot.h"
#include "estimators/linear/linear_classifier.h"
#include "estimators/linear/linear_discriminant.h"
#include "estimators/linear/linear_outlier.h"
#include "estimators/linear/linear_regressor.h"
#include "linear_bfbs_generated.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

using fb::Probability;
using ::testing::ElementsAre;

constexpr double kInf = std::numeric_limits<double>::infinity();

template <class S>
class Direct : public testing::DirectState<S, fb::LinearRegressorBinarySchema> {
 public:
  explicit Direct(S state) : testing::DirectState<S, fb::LinearRegressorBinarySchema>(state) {}
  template <class T = double>
  std::vector<T> Flat(Method method, const Data& X) {
    return testing::Flat<T>(this->Call(method, X));
  }
};

constexpr double kCoef[] = {1, -2, 0.5, 4, 3, 2}, kIntercept[] = {0.25, -1, 0};
constexpr int64_t kTwo[] = {-1, 4}, kThree[] = {-1, 4, 70};

LinearRegressor Regressor() {
  return {.n_features_in = 2,
          .n_outputs = 3,
          .one_dimensional = false,
          .fitted_dtype = fb::DType::Float64,
          .coef = kCoef,
          .intercept = kIntercept,
          .feature_names = {}};
}
Values Labels(Array<int64_t> ints) { return {fb::DType::Int64, fb::Missing::No, ints, {}, {}}; }
LinearClassifier Three(Probability probability = Probability::Softmax) {
  return {.n_features_in = 2,
          .n_scores = 3,
          .probability = probability,
          .fitted_dtype = fb::DType::Float64,
          .classes = Labels(kThree),
          .coef = kCoef,
          .intercept = kIntercept,
          .feature_names = {}};
}
LinearClassifier Two(Probability probability = Probability::Sigmoid) {
  LinearClassifier state = Three(probability);
  state.n_scores = 1;
  state.classes = Labels(kTwo);
  state.coef = Array<double>(kCoef).first(2);
  state.intercept = Array<double>(kIntercept).first(1);
  return state;
}

TEST(LinearScores, AddsLeftToRightTheInterceptLast) {
  Direct model(Regressor());
  EXPECT_EQ(model.Problem(), "");
  // More rows than the kernel takes at once, and some left over.
  std::vector<double> x, wanted;
  for (int i = 0; i < 19; ++i) {
    const double a = 0.1 * i, b = 1e16 / (i + 1);
    x.insert(x.end(), {a, b});
    for (int k = 0; k < 3; ++k) {
      double sum = 0;
      sum += a * kCoef[2 * k];
      sum += b * kCoef[2 * k + 1];
      wanted.push_back(sum + kIntercept[k]);
    }
  }
  EXPECT_EQ(model.Flat(Method::kPredict, Dense(x, 19, 2)), wanted);
}

TEST(LinearScores, ReadsStridedRows) {
  Direct model(Regressor());
  const double x[] = {1, 2, 99, 3, 4, 99};
  EXPECT_THAT(model.Flat(Method::kPredict, MatrixView<double>{x, 2, 2, 3}),
              ElementsAre(-2.75, 7.5, 7, -4.75, 16.5, 17));
}

TEST(LinearScores, SparseIsTheSameSum) {
  Direct model(Regressor());
  const int64_t indptr[] = {1, 3, 3};  // rows of a longer matrix; the second is empty
  const int32_t indices[] = {0, 1, 0};
  const double data[] = {9, 2, 1};
  EXPECT_THAT(model.Flat(Method::kPredict, CsrView<double>{2, 2, indptr, indices, data}),
              ElementsAre(-2.75, 7.5, 7, 0.25, -1, 0));
}

TEST(LinearScores, PromotesTheDType) {
  const float x[] = {0.1f, 0.2f};
  const Data X = Dense(std::span<const float>(x), 1, 2);
  Direct wide(Regressor());
  EXPECT_EQ(wide.Flat<double>(Method::kPredict, X).at(2),
            3 * static_cast<double>(0.1f) + 2 * static_cast<double>(0.2f));
  LinearRegressor state = Regressor();
  state.fitted_dtype = fb::DType::Float32;
  Direct narrow(state);
  EXPECT_EQ(narrow.Flat<float>(Method::kPredict, X).at(2), std::fma(2.0f, 0.2f, 3 * 0.1f)) << "summed in float32";
  const std::vector<double> d = {1, 2};
  EXPECT_EQ(narrow.Flat<double>(Method::kPredict, Dense(d, 1, 2)).size(), 3u) << "float64 X stays float64";
}

// Many bytes are checked and multiplied in parts: a row has what it has alone, and is found where it stands.
TEST(LinearScores, WideRowsComeInParts) {
  constexpr uint32_t kCols = 2000, kRows = 300;
  for (uint32_t outputs : {1, 3}) {
    std::vector<double> coef(outputs * kCols), intercept(outputs, 0.5), x(kRows * (kCols + 1));
    for (size_t i = 0; i < coef.size(); ++i) coef[i] = 1.0 / static_cast<double>(i + 1);
    for (size_t i = 0; i < x.size(); ++i) x[i] = std::sin(static_cast<double>(i));
    LinearRegressor state = Regressor();
    state.n_features_in = kCols;
    state.n_outputs = outputs;
    state.coef = coef;
    state.intercept = intercept;
    Direct model(state);
    const std::vector<double> all = model.Flat(Method::kPredict, MatrixView<double>{x, kRows, kCols, kCols + 1});
    ASSERT_EQ(all.size(), kRows * outputs);
    for (size_t row : {0, 64, 65, 255, 256, 299}) {
      const std::span<const double> alone(&x[row * (kCols + 1)], kCols);
      EXPECT_EQ(model.Flat(Method::kPredict, Dense(alone, 1, kCols)),
                std::vector<double>(&all[row * outputs], &all[row * outputs] + outputs));
      std::vector<double> bad = x;
      bad[row * (kCols + 1) + 7] = kInf;
      const absl::StatusOr<Data> result =
          model.Call(Method::kPredict, MatrixView<double>{bad, kRows, kCols, kCols + 1});
      EXPECT_THAT(std::string(result.status().message()),
                  ::testing::HasSubstr(absl::StrCat("row ", row, ", column 7")));
    }
  }
}

TEST(LinearClassifier, TwoClassesHaveOneScore) {
  Direct model(Two());
  EXPECT_EQ(model.Problem(), "");
  const std::vector<double> x = {0, 0.125, 0, 0.1, 1000, 0, -1000, 0};  // scores 0, 0.05, 1000.25, -999.75
  const Data X = Dense(x, 4, 2);
  EXPECT_THAT(model.Flat(Method::kPredict, X), ElementsAre(0, 1, 1, 0)) << "above zero, not at it";
  const std::vector<double> p = model.Flat(Method::kPredictProba, X);
  EXPECT_THAT(p, ElementsAre(0.5, 0.5, 1 - p[3], 1 / (1 + std::exp(-(-2 * 0.1 + 0.25))), 0, 1, 1, 0));
  EXPECT_THAT(model.Flat(Method::kPredictLogProba, Dense(std::span(x).subspan(4), 2, 2)),
              ElementsAre(-kInf, 0, 0, -kInf));
  EXPECT_EQ(model.signature().decision_columns, 1u);
  Direct pair(Two(Probability::SoftmaxOfPair));
  EXPECT_DOUBLE_EQ(pair.Flat(Method::kPredictProba, X).at(3), 1 / (1 + std::exp(-2 * 0.05)));
}

TEST(LinearClassifier, TheFirstOfEqualScoresWins) {
  LinearClassifier state = Three();
  constexpr double kZero[] = {0, 0, 0, 0, 0, 0}, kEqual[] = {1, 2, 2};
  state.coef = kZero;
  state.intercept = kEqual;
  Direct model(state);
  const std::vector<double> x = {1, 1};
  EXPECT_THAT(model.Flat(Method::kPredict, Dense(x, 1, 2)), ElementsAre(1));
  const double e = std::exp(-1.0);
  EXPECT_THAT(model.Flat(Method::kPredictProba, Dense(x, 1, 2)),
              ElementsAre(e / (e + 1 + 1), 1 / (e + 1 + 1), 1 / (e + 1 + 1)));
}

TEST(LinearClassifier, OneVsRestNormalizesSigmoids) {
  Direct model(Three(Probability::NormalizedSigmoids));
  const std::vector<double> x = {1, 2};  // scores -2.75, 7.5, 7
  const double a = 1 / (1 + std::exp(2.75)), b = 1 / (1 + std::exp(-7.5)), c = 1 / (1 + std::exp(-7.0));
  EXPECT_THAT(model.Flat(Method::kPredictProba, Dense(x, 1, 2)),
              ElementsAre(a / (a + b + c), b / (a + b + c), c / (a + b + c)));
}

TEST(LinearClassifier, ARowOfNoClassIsUniformSince1_9) {
  const std::vector<double> x = {-4000, 0};  // scores -3999.75, -2001, -12000
  EXPECT_THAT(Direct(Three(Probability::NormalizedSigmoidsOrUniform)).Flat(Method::kPredictProba, Dense(x, 1, 2)),
              ElementsAre(1 / 3.0, 1 / 3.0, 1 / 3.0));
  EXPECT_TRUE(
      std::isnan(Direct(Three(Probability::NormalizedSigmoids)).Flat(Method::kPredictProba, Dense(x, 1, 2))[0]));
}

TEST(LinearClassifier, ModifiedHuberClips) {
  Direct two(Two(Probability::ModifiedHuber));
  const std::vector<double> x = {0.25, 0, 1000, 0, -1000, 0};  // scores 0.5, 1000.25, -999.75
  EXPECT_THAT(two.Flat(Method::kPredictProba, Dense(x, 3, 2)), ElementsAre(0.25, 0.75, 0, 1, 1, 0));
  Direct three(Three(Probability::ModifiedHuber));
  const std::vector<double> y = {1, 2, -4000, 0};  // scores -2.75, 7.5, 7; all below -1
  EXPECT_THAT(three.Flat(Method::kPredictProba, Dense(y, 2, 2)), ElementsAre(0, 0.5, 0.5, 1 / 3.0, 1 / 3.0, 1 / 3.0));
  // scikit-learn writes those of two classes into a float64 array.
  LinearClassifier narrow = Two(Probability::ModifiedHuber);
  narrow.fitted_dtype = fb::DType::Float32;
  const float z[] = {0.25f, 0};
  EXPECT_THAT(Direct(narrow).Flat<double>(Method::kPredictProba, Dense(std::span<const float>(z), 1, 2)),
              ElementsAre(0.25, 0.75));
}

TEST(LinearDiscriminant, Projects) {
  static constexpr double kXbar[] = {1, 2}, kProjection[] = {2, 0.5};
  LinearDiscriminant state{.n_features_in = 2,
                           .n_components = 1,
                           .classifier = Three(),
                           .xbar = kXbar,
                           .projection = kProjection,
                           .projection_dtype = fb::DType::Float64,
                           .xbar_dtype = fb::DType::Float64};
  const std::vector<double> x = {3, 6, 1, 2};
  Direct model(state);
  EXPECT_EQ(model.Problem(), "");
  EXPECT_THAT(model.Flat(Method::kTransform, Dense(x, 2, 2)), ElementsAre(2 * 2 + 4 * 0.5, 0));
  EXPECT_EQ(model.Flat(Method::kPredict, Dense(x, 2, 2)), Direct(Three()).Flat(Method::kPredict, Dense(x, 2, 2)));
  const std::vector<double> far = {0, 1e5};  // a softmax of zeros
  EXPECT_EQ(model.Flat(Method::kPredictLogProba, Dense(far, 1, 2)).at(0), std::log(std::numeric_limits<double>::min()));
  const int64_t indptr[] = {0, 1};
  const int32_t indices[] = {0};
  EXPECT_FALSE(model.Call(Method::kTransform, CsrView<double>{1, 2, indptr, indices, std::span(x).first(1)}).ok());
  state.n_components = 0;
  state.projection = Array<double>(kProjection).first(0);
  EXPECT_EQ(Direct(state).Problem(), "xbar of_projection");
  state.xbar = {};
  EXPECT_EQ(Direct(state).Problem(), "");
  EXPECT_FALSE(Direct(state).signature().Has(Method::kTransform));
  state.classifier.n_features_in = 1;
  EXPECT_EQ(Direct(state).Problem(), "classifier.coef shape");
}

TEST(LinearOutlier, InliersAreNotNegative) {
  LinearOutlier state{.n_features_in = 2,
                      .fitted_dtype = fb::DType::Float32,
                      .coef = Array<double>(kCoef).first(2),
                      .offset = 0.5,
                      .feature_names = {}};
  Direct model(state);
  EXPECT_EQ(model.Problem(), "");
  const std::vector<double> x = {0.5, 0, 0, 0, 2, 0};
  EXPECT_THAT(model.Flat(Method::kDecisionFunction, Dense(x, 3, 2)), ElementsAre(0, -0.5, 1.5));
  EXPECT_THAT(model.Flat(Method::kScoreSamples, Dense(x, 3, 2)), ElementsAre(0.5, 0, 2));
  EXPECT_THAT(model.Flat(Method::kPredict, Dense(x, 3, 2)), ElementsAre(1, 0, 1));
  // The product is float32, the offset float64.
  const float y[] = {0.1f, 0.3f};
  EXPECT_THAT(
      model.Flat<double>(Method::kDecisionFunction, Dense(std::span<const float>(y), 1, 2)),
      ElementsAre(static_cast<double>(static_cast<float>(static_cast<double>(0.1f) - 2 * static_cast<double>(0.3f))) -
                  0.5));
}

TEST(LinearRegressor, ALinkIsInverted) {
  LinearRegressor state = Regressor();
  state.link = fb::GlmLink::Log;
  const std::vector<double> x = {1, 2};  // scores -2.75, 7.5, 7
  EXPECT_THAT(Direct(state).Flat(Method::kPredict, Dense(x, 1, 2)),
              ElementsAre(std::exp(-2.75), std::exp(7.5), std::exp(7.0)));
}

TEST(LinearRegressor, AFloat64InterceptWidensTheSumOnly) {
  LinearRegressor state = Regressor();
  state.fitted_dtype = fb::DType::Float32;
  state.float64_intercept = true;
  static constexpr double kTenths[] = {0.1, 0, 0};
  state.intercept = kTenths;
  const float x[] = {0.1f, 0.2f};
  const float product = static_cast<float>(static_cast<double>(0.1f) - 2 * static_cast<double>(0.2f));
  EXPECT_EQ(Direct(state).Flat<double>(Method::kPredict, Dense(std::span<const float>(x), 1, 2)).at(0),
            static_cast<double>(product) + 0.1);
  EXPECT_EQ(Direct(state).Problem(), "");
  state.fitted_dtype = fb::DType::Float64;
  EXPECT_EQ(Direct(state).Problem(), "float64_intercept float_dtype");
}

TEST(LinearRegressor, IntegersGiveIntegersToIntegers) {
  LinearRegressor state = Regressor();
  static constexpr double kCoef[] = {1, -2, 3, 0, 4, 5}, kIntercept[] = {7, 0, -1};
  state.coef = kCoef;
  state.intercept = kIntercept;
  state.integers = true;
  const int64_t x[] = {3, int64_t{1} << 62};
  EXPECT_THAT(
      Direct(state).Flat<int64_t>(Method::kPredict, Dense(std::span<const int64_t>(x), 1, 2)),
      ElementsAre(std::numeric_limits<int64_t>::min() + 10, 9, 11 + (int64_t{1} << 62)));  // as numpy wraps: no error
  const double y[] = {0.5, 0};
  EXPECT_THAT(Direct(state).Flat<double>(Method::kPredict, Dense(std::span<const double>(y), 1, 2)),
              ElementsAre(7.5, 1.5, 1));
  static constexpr double kFractions[] = {7, 0.5, -1};
  state.intercept = kFractions;
  EXPECT_EQ(Direct(state).Problem(), "intercept integers");
  state.intercept = kIntercept;
  state.fitted_dtype = fb::DType::Float32;
  EXPECT_EQ(Direct(state).Problem(), "integers float64");
}

TEST(LinearClassifier, WithoutProbabilitiesHasNoPredictProba) {
  EXPECT_FALSE(Direct(Two(Probability::None)).signature().Has(Method::kPredictProba));
  EXPECT_TRUE(Direct(Two()).signature().Has(Method::kPredictProba));
}

TEST(LinearClassifier, RefusesTheNearMisses) {
  const auto problem = [](LinearClassifier state, auto change) {
    change(state);
    return Direct(state).Problem();
  };
  static constexpr int64_t kOne[] = {1}, kTwice[] = {1, 1};
  static constexpr double kNaN[] = {1, -2, 0.5, 4, 3, __builtin_nan("")}, kWide[] = {1, -2, 0.5, 4, 3, 0.1};
  EXPECT_EQ(problem(Three(), [](auto& s) { s.classes = Labels(kTwo); }), "n_scores scores_of_classes");
  EXPECT_EQ(problem(Two(), [](auto& s) { s.classes = Labels(kOne); }), "n_scores scores_of_classes");
  EXPECT_EQ(problem(Two(), [](auto& s) { s.classes = Labels(kThree); }), "n_scores scores_of_classes");
  EXPECT_EQ(problem(Two(), [](auto& s) { s.classes = Labels(kTwice); }), "classes.ints[1] unique");
  EXPECT_EQ(problem(Two(), [](auto& s) { s.classes.missing = fb::Missing::NaN; }), "classes.missing labels");
  EXPECT_EQ(problem(Two(), [](auto& s) { s.classes.dtype = fb::DType::String; }), "classes.ints values_of_dtype");
  EXPECT_EQ(problem(Two(), [](auto& s) { s.probability = Probability::Softmax; }), "probability scores_of_classes");
  EXPECT_EQ(problem(Two(), [](auto& s) { s.probability = Probability::NormalizedSigmoids; }),
            "probability scores_of_classes");
  EXPECT_EQ(problem(Three(), [](auto& s) { s.probability = Probability::Sigmoid; }), "probability scores_of_classes");
  EXPECT_EQ(problem(Three(), [](auto& s) { s.probability = Probability::SoftmaxOfPair; }),
            "probability scores_of_classes");
  EXPECT_EQ(problem(Three(), [](auto& s) { s.probability = static_cast<Probability>(7); }), "probability enum");
  EXPECT_EQ(problem(Three(), [](auto& s) { s.coef = s.coef.first(5); }), "coef shape");
  EXPECT_EQ(problem(Three(), [](auto& s) { s.intercept = s.intercept.first(2); }), "intercept shape");
  EXPECT_EQ(problem(Three(), [](auto& s) { s.coef = kNaN; }), "coef[5] finite");
  EXPECT_EQ(problem(Three(), [](auto& s) { s.fitted_dtype = fb::DType::Int64; }), "fitted_dtype float_dtype");
  EXPECT_EQ(problem(Three(), [](auto& s) { s.fitted_dtype = fb::DType::Float32, s.coef = kWide; }),
            "coef[5] float_dtype");
}

TEST(LinearRegressor, RefusesTheNearMisses) {
  const auto problem = [](auto change) {
    LinearRegressor state = Regressor();
    change(state);
    return Direct(state).Problem();
  };
  static constexpr double kBeyond[] = {1e300, 0, 0}, kInfinite[] = {kInf, 0, 0};
  EXPECT_EQ(problem([](auto& s) { s.one_dimensional = true; }), "one_dimensional one_output");
  EXPECT_EQ(problem([](auto& s) { s.n_outputs = 2; }), "coef shape");
  EXPECT_EQ(problem([](auto& s) { s.n_features_in = 0; }), "n_features_in min");
  EXPECT_EQ(problem([](auto& s) { s.intercept = kInfinite; }), "intercept[0] finite");
  EXPECT_EQ(problem([](auto& s) { s.fitted_dtype = fb::DType::Float32, s.intercept = kBeyond; }),
            "intercept[0] float_dtype");
  EXPECT_EQ(problem([](auto& s) { s.fitted_dtype = fb::DType::String; }), "fitted_dtype float_dtype");
}

}  // namespace
}  // namespace pratique
