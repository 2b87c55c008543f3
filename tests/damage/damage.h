// Sound files, damaged: each case follows from its number alone, so that any of them can be made again.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "container/writer.h"
#include "tests/import/zip_writer.h"

namespace pratique::testing {

// A sound model: as scikit-learn saved it, its stream without compression, or the .prq that it becomes.
struct Sound {
  std::string name, bytes;
  std::optional<FileToWrite> parts;  // of a .prq
  std::vector<ZipEntry> members;     // of a .skops
};

// Every `step`th model of tests/models of at most `max_bytes`, in each of its forms.
std::vector<Sound> SoundModels(size_t max_bytes, size_t step);

// One of `models` with flips, cuts, splices, repeats or edited lengths; or a .prq with a damaged state under a digest
// that is right, or a .skops with a damaged member in a sound zip.
std::string Damaged(const std::vector<Sound>& models, uint64_t number);

// Loads and scans: refused with a reason that is not our own bug, or a model whose predictions are total. Aborts
// otherwise. Whether it was accepted.
bool HoldsFor(const std::string& bytes);

}  // namespace pratique::testing
