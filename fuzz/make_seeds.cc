// make_seeds OUT MODELS...: seeds for state_fuzzer and load_fuzzer from real models, into OUT/state and OUT/load.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "data/file_io.h"
#include "fuzz/objects.h"
#include "pratique/pratique.h"

int main(int argc, char** argv) {
  using namespace pratique;
  if (argc < 3) return 2;
  const std::filesystem::path out = argv[1];
  std::filesystem::create_directories(out / "state");
  std::filesystem::create_directories(out / "load");
  size_t made = 0;
  for (int i = 2; i < argc; ++i) {
    const absl::StatusOr<Model> model = Load(argv[i]);
    if (!model.ok()) continue;
    const auto parts = Unpack(model->validated().audited().file());
    if (!parts.ok() || parts->objects.size() > 60) continue;
    const std::string name = std::to_string(i), prq = WriteFile(*parts).value();
    if (prq.size() > 32768) continue;
    std::ofstream(out / "state" / name, std::ios::binary) << fuzz::WriteObjects(*parts);
    std::ofstream(out / "load" / name, std::ios::binary) << prq;
    ++made;
  }
  std::printf("%zu seeds\n", made);
}
