// bench MODEL X ROWS COLS BATCHES SINGLES [OUT]: loads MODEL with all checks and predicts probabilities, one thread.
// X is ROWS x COLS raw float32. Prints one JSON object: peak_mib; load_ms; batch_ms, medians over BATCHES runs over all
// rows; row_us, the median of SINGLES runs over one row each. OUT takes the probabilities of all rows, raw float64.
// BATCHES 0: only the first row, once (what a cold process does).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "pratique/pratique.h"

namespace {

double Milliseconds(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double Median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times.empty() ? 0 : times[times.size() / 2];
}

// The most memory that this process had resident (the kernel's VmHWM).
double PeakMebibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

// One timed PredictProba over `rows` rows from `x`.
double Time(const pratique::Model& model, const float* x, size_t rows, size_t cols,
            pratique::Matrix* result = nullptr) {
  auto start = std::chrono::steady_clock::now();
  absl::StatusOr<pratique::Matrix> p = model.PredictProba(pratique::Dense(std::span(x, rows * cols), rows, cols));
  const double ms = Milliseconds(start);
  if (!p.ok()) {
    std::fprintf(stderr, "%s\n", p.status().ToString().c_str());
    std::exit(1);
  }
  if (result) *result = *std::move(p);
  return ms;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) return std::fputs("usage: bench MODEL X ROWS COLS BATCHES SINGLES [OUT]\n", stderr), 2;
  const size_t rows = std::stoul(argv[3]), cols = std::stoul(argv[4]);
  const int batches = std::atoi(argv[5]), singles = std::atoi(argv[6]);
  auto start = std::chrono::steady_clock::now();
  absl::StatusOr<pratique::Model> model = pratique::Load(argv[1]);
  const double load_ms = Milliseconds(start);
  if (!model.ok()) return std::fprintf(stderr, "%s\n", model.status().ToString().c_str()), 1;

  std::vector<float> x(rows * cols);
  std::ifstream(argv[2], std::ios::binary)
      .read(reinterpret_cast<char*>(x.data()), static_cast<std::streamsize>(x.size() * sizeof(float)));
  Time(*model, x.data(), 1, cols);
  std::vector<double> batch, single;
  pratique::Matrix p;
  for (int i = 0; i < batches; ++i) batch.push_back(Time(*model, x.data(), rows, cols, &p));
  for (int i = 0; i < singles; ++i) single.push_back(1000 * Time(*model, &x[i % rows * cols], 1, cols));
  if (argc > 7)
    std::ofstream(argv[7], std::ios::binary)
        .write(reinterpret_cast<const char*>(p.bytes().data()), static_cast<std::streamsize>(p.bytes().size()));
  std::printf("{\"peak_mib\": %.1f, \"load_ms\": %.3f, \"batch_ms\": %.3f, \"row_us\": %.3f}\n", PeakMebibytes(),
              load_ms, Median(batch), Median(single));
}
