// The kernels that families share, against numpy, scipy and scikit-learn: answers.json is made by make.py beside it.
#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "kernels/columns.h"
#include "kernels/probabilities.h"
#include "kernels/visit.h"

namespace pratique {
namespace {

using ::testing::ElementsAreArray;
using ::testing::Pointwise;

const nlohmann::json& Answers() {
  static const nlohmann::json answers =
      nlohmann::json::parse(std::ifstream(PRATIQUE_SOURCE_DIR "/tests/kernels/answers.json"));
  return answers;
}

double Number(const nlohmann::json& text) { return std::strtod(text.get<std::string>().c_str(), nullptr); }

template <class T>
std::vector<T> Numbers(const nlohmann::json& texts) {
  std::vector<T> numbers;
  for (const auto& text : texts) numbers.push_back(static_cast<T>(Number(text)));
  return numbers;
}

// Within some units in the last place: numpy's exp and log are not libm's.
MATCHER_P(IsNear, ulps, "") {
  using T = std::decay_t<decltype(std::get<0>(arg))>;
  const T got = std::get<0>(arg), want = std::get<1>(arg);
  return got == want || std::abs(got - want) <= ulps * std::numeric_limits<T>::epsilon() * std::abs(want);
}

template <class T>
class Kernels : public ::testing::Test {
 public:
  static constexpr const char* kDType = std::is_same_v<T, float> ? "f4" : "f8";
};
using Floats = ::testing::Types<double, float>;
TYPED_TEST_SUITE(Kernels, Floats);

TYPED_TEST(Kernels, SumsAreNumpys) {
  std::vector<TypeParam> a(1000);
  for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<TypeParam>(1.0 / static_cast<double>(i + 3));
  for (const auto& row : Answers()["sums"])
    EXPECT_EQ(NumpySum(a.data(), row["n"]), static_cast<TypeParam>(Number(row[this->kDType]))) << row["n"];
}

TYPED_TEST(Kernels, ArgMaxIsNumpys) {
  for (const auto& row : Answers()["arg_max"]) {
    const auto values = Numbers<TypeParam>(row["row"]);
    EXPECT_EQ(ArgMax(values.data(), values.size()), row["arg_max"].get<size_t>()) << row;
  }
}

TYPED_TEST(Kernels, ProbabilitiesAreScikitLearns) {
  using T = TypeParam;
  for (const auto& row : Answers()["rows"][this->kDType]) {
    const std::vector<T> scores = Numbers<T>(row["row"]);
    EXPECT_EQ(ArgMax(scores.data(), scores.size()), row["arg_max"].template get<size_t>());
    std::vector<T> magnitudes = scores, sigmoids = scores, soft = scores, normalized = scores, logs(scores.size());
    for (T& x : magnitudes) x = std::abs(x);
    EXPECT_EQ(NumpySum(magnitudes.data(), magnitudes.size()), static_cast<T>(Number(row["sum"])));
    for (T& x : sigmoids) x = Sigmoid(x);
    EXPECT_THAT(sigmoids, Pointwise(IsNear(4), Numbers<T>(row["sigmoid"])));
    Softmax(std::span(soft));
    EXPECT_THAT(soft, Pointwise(IsNear(8), Numbers<T>(row["softmax"])));
    NormalizedSigmoids(std::span(normalized), normalized.size());
    EXPECT_THAT(normalized, Pointwise(IsNear(8), Numbers<T>(row["normalized"])));
    const std::vector<T> theirs = Numbers<T>(row["softmax"]);
    Log(std::span<const T>(theirs), std::span(logs));
    EXPECT_THAT(logs, Pointwise(IsNear(4), Numbers<T>(row["log"])));
  }
}

TYPED_TEST(Kernels, ColumnsRoundAsNumpyDoes) {
  using T = TypeParam;
  const auto& answer = Answers()["columns"][this->kDType];
  const std::vector<T> data = Numbers<T>(answer["X"]);
  const MatrixView<T> X{data, answer["rows"], answer["cols"], answer["cols"]};
  const auto first = Numbers<double>(answer["first"]), second = Numbers<double>(answer["second"]);
  std::vector<T> out(data.size());
  const auto flat = [](const MatrixView<T>& x) { return x.data.first(x.rows * x.cols); };
  EXPECT_THAT(flat(TwoSteps(X, Subtract(first), Divide(second), std::span(out))),
              ElementsAreArray(Numbers<T>(answer["subtract_divide"])));
  EXPECT_THAT(flat(TwoSteps(X, Multiply(second), Add(first), std::span(out))),
              ElementsAreArray(Numbers<T>(answer["multiply_add"])));
  EXPECT_EQ(TwoSteps(X, Subtract({}), Divide({}), std::span<T>()).data.data(), data.data());
}

TYPED_TEST(Kernels, EntriesAreScaledAsScikitLearnDoes) {
  using T = TypeParam;
  const auto& answer = Answers()["columns"][this->kDType];
  const std::vector<int64_t> indptr = answer["indptr"];
  const std::vector<int32_t> indices = answer["indices"];
  const std::vector<T> data = Numbers<T>(answer["data"]);
  const CsrView<T> X{answer["rows"], answer["cols"], indptr, indices, data};
  const auto second = Numbers<double>(answer["second"]);
  const ColumnFactor factor{second, /*reciprocal=*/true, /*float32=*/false};
  std::vector<T> out(data.size());
  ScaleEntries(X, factor, std::span(out));
  EXPECT_THAT(out, ElementsAreArray(Numbers<T>(answer["scaled"])));
  // The factors themselves.
  std::vector<double> factors(second.size());
  for (size_t j = 0; j < factors.size(); ++j) factors[j] = factor(j);
  std::vector<T> by_factors(data.size());
  ScaleEntries(X, {factors}, std::span(by_factors));
  EXPECT_THAT(by_factors, ElementsAreArray(out));
  // A slice of rows: indptr does not begin with 0.
  const CsrView<T> last{1, X.cols, std::span(indptr).last(2), indices, data};
  std::vector<T> row(indptr.back() - indptr[indptr.size() - 2]);
  ScaleEntries(last, factor, std::span(row));
  EXPECT_THAT(row, ElementsAreArray(std::span(out).last(row.size())));
}

TEST(Visit, MeetsEitherDType) {
  const float floats[] = {1};
  const double doubles[] = {2};
  const auto sum = [](const auto& view) { return static_cast<double>(view(0, 0)); };
  EXPECT_EQ(VisitDense(Dense(floats, 1, 1), sum), 1);
  EXPECT_EQ(VisitDense(Dense(doubles, 1, 1), sum), 2);
}

}  // namespace
}  // namespace pratique
