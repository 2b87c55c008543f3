// make_seeds OUT FILES... [--read FILES...]: seeds for the fuzz targets from real files: models, and arrays of input.
// OUT gets a folder a target; @LIST stands for the files that LIST names, one a line. Of those behind --read only what
// importers see: models of other releases, bundles, values, attacks.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "archive/inflate.h"
#include "data/file_io.h"
#include "format/sniff.h"
#include "fuzz/objects.h"
#include "fuzz/scan_input.h"
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
    auto parts = Unpack(model->validated().audited().file());
    if (!parts.ok() || parts->objects.size() > 60) return;
    Add("state", fuzz::WriteObjects(*parts));
    // Some compressed, some with a golden sample (which is of other bytes than the model answers).
    parts->compress = ++models_ % 8 == 1;
    if (models_ % 8 == 2) parts->golden = {{"predict", "test", "input", std::string(100, 'e')}};
    const std::string prq = WriteFile(*parts).value();
    for (const char* target : {"load", "prq"}) Add(target, prq);
    if (models_ % 8 < 3) Add("scan", fuzz::WriteScanInput(prq, {}));
    const auto fields = static_cast<uint8_t>(LimitFields().size());
    Add("scan",
        fuzz::WriteScanInput(prq, {}, static_cast<uint8_t>(models_ % fields), static_cast<uint8_t>(models_ % 13)));
  }

  // The values that pickle.dump wrote (tests/import/values): {how, size, what it is} in a line, and the stream.
  void AddValues(std::string_view bytes) {
    while (!bytes.empty()) {
      const size_t tab = bytes.find('\t'), line = bytes.find('\n');
      if (tab >= line) return;
      const size_t size = std::strtoul(bytes.data() + tab + 1, nullptr, 10);
      Add("pickle", bytes.substr(line + 1, size));
      bytes.remove_prefix(std::min(bytes.size(), line + size + 2));
    }
  }

  void AddFile(std::string_view bytes, const fuzz::SideFiles& side_files, bool model) {
    const auto file = std::as_bytes(std::span(bytes));
    const Sniffed sniffed = Sniff(file);
    if (model && sniffed.format == "npy") return Add("npy", bytes);
    const auto fields = static_cast<uint8_t>(LimitFields().size());
    const auto limit = static_cast<uint8_t>(++files_ / 2 % (2 * fields));
    if (files_ % 2 == 0 || !side_files.empty())
      Add("scan", fuzz::WriteScanInput(bytes, side_files, limit, static_cast<uint8_t>(files_ % 13)));
    if (sniffed.format == "skops") {
      Add("skops", bytes);
      return Add("zip", bytes);
    }
    if (sniffed.kind != Sniffed::Kind::kForeign) return;
    if (model) AddModel(bytes);
    if (IsBoosterFile(sniffed)) return Add(sniffed.format == "lightgbm" ? "lightgbm" : "xgboost", bytes);
    const codec::Codec codec = codec::Detect(file);
    codec::Buffer inflated;
    if (codec != codec::Codec::kNone) {
      Add("codec", bytes);
      auto content = codec::Inflate(codec, file, {.inflated_bytes = 1 << 20});
      if (!content.ok()) return;  // a bomb
      inflated = *std::move(content);
      bytes = {reinterpret_cast<const char*>(inflated.data.get()), inflated.size};
    }
    Add("pickle", bytes);
    if (model) Add("formats", bytes);
  }

  void Print() const {
    for (const auto& [target, count] : made_) std::printf("%s: %zu seeds\n", target.c_str(), count);
  }

 private:
  const std::filesystem::path out_;
  size_t models_ = 0, files_ = 0;
  std::map<std::string, size_t> made_;
};

std::string Content(const std::filesystem::path& path) {
  const auto bytes = ReadFile(path, {});
  return bytes.ok() ? std::string(reinterpret_cast<const char*>(bytes->span().data()), bytes->span().size()) : "";
}

// Those of a joblib dump before 0.10.
fuzz::SideFiles SideFilesOf(const std::filesystem::path& path) {
  fuzz::SideFiles files;
  const std::string prefix = path.filename().string() + "_";
  for (const auto& entry : std::filesystem::directory_iterator(path.parent_path())) {
    const std::string name = entry.path().filename();
    if (name.starts_with(prefix)) files[name] = Content(entry.path());
  }
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  std::filesystem::remove_all(argv[1]);
  Seeds seeds(argv[1]);
  std::vector<std::string> arguments;
  for (const std::string argument : std::span(argv, static_cast<size_t>(argc)).subspan(2)) {
    std::ifstream list(argument.starts_with('@') ? argument.substr(1) : "");
    if (!argument.starts_with('@')) arguments.push_back(argument);
    for (std::string line; std::getline(list, line);) arguments.push_back(line);
  }
  bool model = true;
  for (const std::filesystem::path path : arguments) {
    if (path == "--read")
      model = false;
    else if (path.extension() == ".values")
      seeds.AddValues(Content(path));
    else
      seeds.AddFile(Content(path),
                    path.parent_path().filename() == "side_files" ? SideFilesOf(path) : fuzz::SideFiles(), model);
  }
  seeds.Print();
}
