// What the states of Gaussian processes must say that no rule of the schema can.
#include "estimators/gaussian_process/gaussian_process.h"

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

#include "gaussian_process_bfbs_generated.h"
#include "pratique/load.h"
#include "pratique/rejection.h"
#include "tests/model/direct.h"

namespace pratique {
namespace {

using Kind = fb::CovarianceKind;

template <class S>
using Direct = testing::DirectState<S, fb::GaussianProcessRegressorBinarySchema>;

// f changes the state; what is then wrong with it.
template <class S, class F>
std::string With(S state, F f) {
  f(state);
  return Direct<S>(state).Problem();
}

constexpr double kOne[] = {1}, kTwo[] = {0.5, 1}, kThree[] = {1, 2, 3}, kFour[] = {1, 0, 0.5, 2};

CovarianceTerm Term(Kind kind, double parameter = 1, Array<double> scales = {kOne, 0}) {
  CovarianceTerm t{};
  t.kind = kind;
  t.parameter = parameter;
  t.length_scales = scales;
  return t;
}
const CovarianceTerm kConstant = Term(Kind::Constant), kRbf = Term(Kind::RBF, 0, kOne);

CovarianceFunction Rows(Array<CovarianceTerm> terms) {
  CovarianceFunction c{};
  c.n_rows = c.n_features = 2;
  c.rows = kFour;
  c.terms = terms;
  return c;
}

GaussianProcessRegressor Regressor(Array<CovarianceTerm> terms) {
  GaussianProcessRegressor s{};
  s.n_features_in = 2;
  s.n_outputs = 1;
  s.fitted = Rows(terms);
  s.alpha = kTwo;
  s.y_mean = s.y_std = kOne;
  s.factor = kFour;
  return s;
}

std::string ProblemOf(const std::vector<CovarianceTerm>& terms) { return Direct(Regressor(terms)).Problem(); }

TEST(CovarianceFunction, IsAFormulaOfOneMatrix) {
  EXPECT_EQ(ProblemOf({kRbf}), "");
  EXPECT_EQ(Direct(Regressor({&kRbf, 0})).Problem(), "fitted.terms formula");
  EXPECT_EQ(ProblemOf({kRbf, kConstant}), "fitted.terms formula");
  EXPECT_EQ(ProblemOf({kRbf, kConstant, Term(Kind::Sum)}), "");
  EXPECT_EQ(ProblemOf({kRbf, Term(Kind::Product)}), "fitted.terms[1] formula");
  EXPECT_EQ(ProblemOf({Term(Kind::Exponentiation), kRbf}), "fitted.terms[0] formula");
  EXPECT_EQ(ProblemOf({kRbf, Term(Kind::Exponentiation, 2)}), "");
}

TEST(CovarianceFunction, IsOfBoundedDepth) {
  std::vector<CovarianceTerm> deep(kMostMatrices, kConstant);
  deep.resize(2 * kMostMatrices - 1, Term(Kind::Sum));
  EXPECT_EQ(ProblemOf(deep), "");
  deep.insert(deep.begin(), kConstant);
  deep.push_back(Term(Kind::Sum));
  EXPECT_EQ(ProblemOf(deep), "fitted.terms[8] formula");
  std::vector<CovarianceTerm> wide = {kConstant};
  while (wide.size() < kMostTerms - 1) wide.insert(wide.end(), {kConstant, Term(Kind::Sum)});
  EXPECT_EQ(ProblemOf(wide), "");
  wide.insert(wide.end(), {kConstant, Term(Kind::Sum)});
  EXPECT_EQ(ProblemOf(wide), "fitted.terms formula");
}

TEST(CovarianceFunction, HasLengthScalesOfItsFeatures) {
  EXPECT_EQ(ProblemOf({Term(Kind::RBF, 0, kTwo)}), "");
  EXPECT_EQ(ProblemOf({Term(Kind::RBF, 0, kThree)}), "fitted.terms[0].length_scales length_scales");
  EXPECT_EQ(ProblemOf({Term(Kind::RBF)}), "fitted.terms[0].length_scales length_scales");
  EXPECT_EQ(ProblemOf({Term(Kind::Constant, 1, kOne)}), "fitted.terms[0].length_scales length_scales");
  EXPECT_EQ(ProblemOf({Term(Kind::RationalQuadratic, 1, kTwo)}), "fitted.terms[0].length_scales length_scales");
  EXPECT_EQ(ProblemOf({Term(Kind::Matern, 0, kOne)}), "fitted.terms[0].parameter nu");
  EXPECT_EQ(ProblemOf({Term(Kind::Matern, kGreatestNu, kOne)}), "");
  EXPECT_EQ(ProblemOf({Term(Kind::Matern, 2 * kGreatestNu, kOne)}), "fitted.terms[0].parameter nu");
  CovarianceTerm precomputed = Term(Kind::Pairwise);
  precomputed.pairwise.metric = fb::PairwiseMetric::Precomputed;
  EXPECT_EQ(ProblemOf({precomputed}), "fitted.terms[0].pairwise.metric of_rows");
}

TEST(GaussianProcessRegressor, HasAFactorToSolveBy) {
  const CovarianceTerm terms[] = {kRbf};
  static constexpr double kSingular[] = {1, 0, 0.5, 0}, kThird[] = {1.0 / 3, 1, 1, 1};
  EXPECT_EQ(With(Regressor(terms), [](GaussianProcessRegressor& s) { s.factor = kSingular; }), "factor[3] diagonal");
  EXPECT_EQ(With(Regressor(terms), [](auto& s) { s.factor = kTwo; }), "factor of_rows");
  EXPECT_EQ(With(Regressor(terms), [](auto& s) { s.alpha = kFour; }), "alpha of_rows");
  EXPECT_EQ(With(Regressor(terms), [](auto& s) { s.n_features_in = 1; }), "fitted.n_features one_width");
  EXPECT_EQ(With(Regressor(terms),
                 [](GaussianProcessRegressor& s) { s.fitted.dtype = fb::DType::Float32, s.fitted.rows = kThird; }),
            "fitted.rows[0] float_dtype");
}

TEST(GaussianProcessRegressor, IsSureOfNothingLessThanZero) {
  const CovarianceTerm terms[] = {kRbf};
  GaussianProcessRegressor s = Regressor(terms);
  static constexpr double kSmall[] = {0.1, 0, 0, 0.1};
  s.factor = kSmall;
  Direct direct(s);
  EXPECT_THAT(testing::Flat<double>(direct.Call(Method::kPredictStd, MatrixView<double>{kFour, 2, 2, 2})),
              ::testing::ElementsAre(0, 0));
}

TEST(GaussianProcessClassifier, HasAMachineForEach) {
  static constexpr int64_t kLabels[] = {3, 4, 5};
  static const CovarianceTerm terms[] = {kRbf};
  static const LaplaceMachine machine = [] {
    LaplaceMachine m{};
    m.fitted = Rows(terms);
    m.residuals = m.roots = kTwo;
    m.factor = kFour;
    return m;
  }();
  static const LaplaceMachine machines[] = {machine, machine, machine};
  GaussianProcessClassifier s{};
  s.n_features_in = 2;
  s.n_classes = 3;
  s.classes = {.dtype = fb::DType::Int64, .missing = fb::Missing::No, .ints = kLabels};
  s.kind = fb::Machines::OneVsRest;
  s.machines = machines;
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_TRUE(Direct(s).signature().Has(Method::kPredictProba));
  EXPECT_EQ(With(s, [](auto& t) { t.machines = {machines, 2}; }), "machines of_classes");
  EXPECT_EQ(With(s, [](auto& t) { t.kind = fb::Machines::Binary; }), "kind of_classes");
  EXPECT_EQ(With(s, [](auto& t) { t.kind = fb::Machines::OneVsOne, t.last_of_equals = true; }),
            "last_of_equals of_rest");
  EXPECT_EQ(With(s, [](auto& t) { t.n_classes = 2; }), "n_classes one_label_a_class");
  s.kind = fb::Machines::OneVsOne;
  EXPECT_EQ(Direct(s).Problem(), "");
  EXPECT_FALSE(Direct(s).signature().Has(Method::kPredictProba));
  static const std::vector<LaplaceMachine> broken = [] {
    std::vector<LaplaceMachine> m(machines, machines + 3);
    m[2].roots = kFour;
    return m;
  }();
  EXPECT_EQ(With(s, [](auto& t) { t.machines = broken; }), "machines[2].roots of_rows");
}

TEST(GaussianProcessRegressor, CovariancesAreOfAllRowsAtOnce) {
  const auto model = Load(std::string(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1/gpr_cov/model.joblib"));
  ASSERT_TRUE(model.ok()) << model.status();
  const size_t cols = model->n_features();
  std::vector<double> X(4097 * cols);
  for (size_t k = 0; k < X.size(); ++k) X[k] = 0.01 * static_cast<double>(k % 97);
  const auto run = [&](size_t rows, PredictOptions options) {
    return model->Run(Method::kPredictCov, Dense(std::span(X).first(rows * cols), rows, cols), options);
  };
  const auto code = [&](size_t rows, PredictOptions options) {
    const auto result = run(rows, options);
    return result.ok() ? "" : GetRejection(result.status())->code;
  };
  EXPECT_EQ(code(4097, {}), "input.batch");
  EXPECT_EQ(code(1, {.first_row = 1}), "input.batch");
  // More rows than a block of other methods has; threads share nothing of it.
  const auto whole = run(2100, {.threads = 3});
  ASSERT_TRUE(whole.ok()) << whole.status();
  ASSERT_EQ(whole->arrays[0].shape(), (std::vector<size_t>{2100, 2100}));
  const auto few = run(3, {});
  ASSERT_TRUE(few.ok()) << few.status();
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) EXPECT_NEAR(few->arrays[0].at(i, j), whole->arrays[0].at(i, j), 1e-12);
  }
  Model::Scratch scratch;
  std::vector<double> into(9);
  EXPECT_TRUE(
      model->PredictInto(Method::kPredictCov, Dense(std::span(X).first(3 * cols), 3, cols), into, scratch).ok());
  EXPECT_EQ(into[5], few->arrays[0].at(1, 2));
}

}  // namespace
}  // namespace pratique
