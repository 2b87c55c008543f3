#include "cli/source.h"

#include "absl/strings/str_cat.h"
#include "data/file_io.h"
#include "data/input_error.h"
#include "data/reader.h"

namespace pratique::cli {

Passage PassFile(const std::string& path, const Policy& policy, const LoadOptions& options, std::string_view metadata,
                 Stage until) {
  auto bytes = ReadFile(path, policy.limits);
  if (bytes.ok()) return Pass(std::as_bytes(bytes->span()), policy, options, Registry::Builtin(), metadata, until);
  Passage unread;
  unread.status = bytes.status();
  return unread;
}

std::vector<std::string> Paths(const File& file) {
  auto objects = file.objects();
  std::vector<std::string> paths(objects.size());
  for (size_t i = objects.size(); i-- > 0;) {  // owners come after what they own
    std::string role = Escape(objects[i].role);
    paths[i] = objects[i].parent ? absl::StrCat(paths[*objects[i].parent], ".", role) : role;
  }
  return paths;
}

Method DefaultMethod(const Model& model) { return model.Has(Method::kPredict) ? Method::kPredict : Method::kTransform; }

absl::StatusOr<Output> RunAll(const Model& model, Method method, const std::string& input, const Limits& limits) {
  auto reader = Reader::Open(input, limits);
  if (!reader.ok()) return reader.status();
  auto table = (*reader)->Next(SIZE_MAX);
  if (!table.ok()) return table.status();
  if (!*table) return InputError("input.empty", "the input has no rows");
  std::vector<std::string> wanted(model.feature_names().begin(), model.feature_names().end());
  auto aligned = Align(**std::move(table), wanted);
  if (!aligned.ok()) return aligned.status();
  return model.Run(method, aligned->table.view());
}

}  // namespace pratique::cli
