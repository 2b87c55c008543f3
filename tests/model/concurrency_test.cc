// A const Model serves many threads without locks; loading at the same time is safe too (plans are compiled when a type
// is first met). Run under ThreadSanitizer by scripts/test tsan.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "pratique/pratique.h"

namespace pratique {
namespace {

constexpr int kThreads = 8;
constexpr const char* kModels[] = {"main_binary", "linreg_scaled",  "lr_multinomial",
                                   "standard",    "pipe_transform", "extra"};

std::string PathOf(const char* name) {
  return std::string(PRATIQUE_SOURCE_DIR "/tests/models/1.3.2/") + name + "/model.joblib";
}

Method MethodOf(const Model& model) { return model.Has(Method::kPredict) ? Method::kPredict : Method::kTransform; }

TEST(Concurrency, ThreadsThatLoadAndPredictAgree) {
  constexpr size_t kRows = 20;
  for (const char* name : kModels) {
    std::vector<std::vector<std::byte>> results(kThreads);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        const absl::StatusOr<Model> model = Load(PathOf(name));
        ASSERT_TRUE(model.ok()) << model.status();
        std::vector<double> x(kRows * model->n_features());
        for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i % 7) - 3;
        const absl::StatusOr<Output> y =
            model->Run(MethodOf(*model), Dense(std::span<const double>(x), kRows, model->n_features()));
        ASSERT_TRUE(y.ok()) << y.status();
        const auto bytes = y->arrays.at(0).bytes();
        results[t].assign(bytes.begin(), bytes.end());
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (int t = 1; t < kThreads; ++t) EXPECT_EQ(results[t], results[0]) << name;
  }
}

// PredictOptions: any number of threads gives the same bits, and the error that one thread meets first.
TEST(Concurrency, RowsSplitOverThreadsGiveTheSame) {
  constexpr size_t kRows = 5000;
  for (const char* name : kModels) {
    const absl::StatusOr<Model> model = Load(PathOf(name));
    ASSERT_TRUE(model.ok()) << model.status();
    std::vector<double> x(kRows * model->n_features());
    for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i % 101) / 17 - 3;
    const Data X = Dense(std::span<const double>(x), kRows, model->n_features());
    const absl::StatusOr<Output> expected = model->Run(MethodOf(*model), X);
    ASSERT_TRUE(expected.ok()) << expected.status();
    for (size_t threads : {2, 3, 8}) {
      const absl::StatusOr<Output> y = model->Run(MethodOf(*model), X, {.threads = threads});
      ASSERT_TRUE(y.ok()) << y.status();
      EXPECT_EQ(y->arrays.at(0).strings(), expected->arrays[0].strings()) << name;
      EXPECT_TRUE(std::ranges::equal(y->arrays[0].bytes(), expected->arrays[0].bytes())) << name;
    }
    if (MethodOf(*model) == Method::kTransform) {  // into a caller's memory, where results are written at once
      Model::Scratch scratch;
      std::vector<double> out(expected->arrays[0].size());
      ASSERT_EQ(model->PredictInto(Method::kTransform, X, out, scratch), absl::OkStatus()) << name;
      EXPECT_TRUE(std::ranges::equal(std::as_bytes(std::span(out)), expected->arrays[0].bytes())) << name;
    }
    for (size_t row : {size_t{4900}, size_t{3000}, size_t{70}}) {
      x[row * model->n_features()] = HUGE_VAL;
      const absl::Status first = model->Run(MethodOf(*model), X).status();
      ASSERT_FALSE(first.ok()) << name;
      EXPECT_EQ(model->Run(MethodOf(*model), X, {.threads = 4}).status(), first) << name;
    }
  }
}

TEST(Concurrency, OneModelServesManyThreads) {
  constexpr size_t kRows = 5;
  for (const char* name : kModels) {
    const absl::StatusOr<Model> model = Load(PathOf(name));
    ASSERT_TRUE(model.ok()) << model.status();
    const Method method = MethodOf(*model);
    std::vector<double> x(kRows * model->n_features(), 0.5);
    const Data X = Dense(std::span<const double>(x), kRows, model->n_features());
    const absl::StatusOr<Output> expected = model->Run(method, X);
    ASSERT_TRUE(expected.ok()) << expected.status();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        const Model copy = *model;  // handles are copied between threads, too
        for (int i = 0; i < 20; ++i) {
          const absl::StatusOr<Output> y = copy.Run(method, X);
          ASSERT_TRUE(y.ok()) << y.status();
          ASSERT_TRUE(std::ranges::equal(y->arrays.at(0).bytes(), expected->arrays.at(0).bytes()));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

// One model of each type that a file can be: whatever a kernel keeps between calls would be seen here.
std::map<std::string, Model> OneOfEachType() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1"))
    paths.push_back(entry.path() / "model.joblib");
  std::sort(paths.begin(), paths.end());
  std::map<std::string, Model> models;
  for (const auto& path : paths) {
    absl::StatusOr<Model> model = Load(path.string());
    if (model.ok()) models.emplace(std::string(model->type()), *std::move(model));
  }
  return models;
}

// The bytes of all arrays; "" for an error, whose text is the same each time, too.
std::string BytesOf(const absl::StatusOr<Output>& y) {
  if (!y.ok()) return y.status().ToString();
  std::string all;
  const auto add = [&](const Matrix& m) {
    all.append(reinterpret_cast<const char*>(m.bytes().data()), m.bytes().size());
    for (const std::string& text : m.strings()) all += text;
  };
  std::ranges::for_each(y->arrays, add);
  if (y->csr) add(y->csr->data);
  return all;
}

TEST(Concurrency, OneModelOfEachTypeServesManyThreads) {
  constexpr size_t kRows = 5;
  const std::map<std::string, Model> models = OneOfEachType();
  EXPECT_GT(models.size(), 100u);
  for (const auto& [type, model] : models) {
    SCOPED_TRACE(type);
    std::vector<double> x(kRows * model.n_features());
    for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i % 5);
    const Data X = Dense(std::span<const double>(x), kRows, model.n_features());
    std::vector<std::string> expected(kMethods);
    for (size_t m = 0; m < kMethods; ++m) expected[m] = BytesOf(model.Run(static_cast<Method>(m), X));
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (size_t m = 0; m < kMethods; ++m)
          EXPECT_EQ(BytesOf(model.Run(static_cast<Method>(m), X)), expected[m]) << "method " << m;
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
}

}  // namespace
}  // namespace pratique
