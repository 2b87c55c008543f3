// make_seeds OUT FILES...: seeds for the fuzz targets from real files: models, and arrays of input. OUT gets a folder a
// target.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>

#include "archive/inflate.h"
#include "data/file_io.h"
#include "format/sniff.h"
#include "fuzz/objects.h"
#include "pratique/pratique.h"

namespace {

using namespace pratique;

constexpr size_t kLargest = 16384;  // a larger seed makes all inputs slow

class Seeds {
 public:
  explicit Seeds(std::filesystem::path out) : out_(std::move(out)) {}

  void Add(const std::string& target, std::string_view bytes) {
    if (bytes.size() > kLargest) return;
    std::filesystem::create_directories(out_ / target);
    const std::string name = std::to_string(++made_[target]);
    std::ofstream(out_ / target / name, std::ios::binary) << bytes;
  }

  void AddModel(std::string_view bytes) {
    const absl::StatusOr<Model> model = LoadBytes(std::as_bytes(std::span(bytes)), {}, {}, ProgramTypes());
    if (!model.ok()) return;  // a bundle
    const auto parts = Unpack(model->validated().audited().file());
    if (!parts.ok() || parts->objects.size() > 60) return;
    Add("state", fuzz::WriteObjects(*parts));
    Add("load", WriteFile(*parts).value());
    Add("prq", WriteFile(*parts).value());
  }

  void AddFile(std::string_view bytes) {
    const auto file = std::as_bytes(std::span(bytes));
    const Sniffed sniffed = Sniff(file);
    if (sniffed.format == "npy") return Add("npy", bytes);
    if (sniffed.format == "skops") {
      Add("skops", bytes);
      return Add("zip", bytes);
    }
    if (sniffed.kind != Sniffed::Kind::kForeign) return;
    AddModel(bytes);
    if (IsBoosterFile(sniffed)) return Add(sniffed.format == "lightgbm" ? "lightgbm" : "xgboost", bytes);
    const codec::Codec codec = codec::Detect(file);
    codec::Buffer inflated;
    if (codec != codec::Codec::kNone) {
      Add("codec", bytes);
      inflated = codec::Inflate(codec, file, {}).value();
      bytes = {reinterpret_cast<const char*>(inflated.data.get()), inflated.size};
    }
    Add("pickle", bytes);
    Add("formats", bytes);
  }

  void Print() const {
    for (const auto& [target, count] : made_) std::printf("%s: %zu seeds\n", target.c_str(), count);
  }

 private:
  const std::filesystem::path out_;
  std::map<std::string, size_t> made_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::filesystem::remove_all(argv[1]);
  Seeds seeds(argv[1]);
  for (int i = 2; i < argc; ++i) {
    const auto bytes = ReadFile(argv[i], {});
    if (bytes.ok()) seeds.AddFile({reinterpret_cast<const char*>(bytes->span().data()), bytes->span().size()});
  }
  seeds.Print();
}
