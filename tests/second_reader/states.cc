// states OUT_DIR: what the library reads in the files whose paths come on standard input, as docs/read_prq.py --exact
// prints it. A .prq without compressed states is written again ("again" and its SHA-256). A file that is no .prq is
// converted: OUT_DIR gets its .prq, every third one compressed.
#include "validate/states.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "container/sha256.h"
#include "container/writer.h"
#include "data/file_io.h"
#include "pratique/pratique.h"
#include "type/class.h"

namespace pratique {
namespace {

using Bytes = std::span<const std::byte>;  // all vectors have its layout: size() counts their elements

template <class T>
const T& At(const FieldPlan& field, const void* state) {
  return *reinterpret_cast<const T*>(static_cast<const char*>(state) + field.offset);
}

std::string NameOf(reflection::BaseType type) {
  return ByType(type, [](auto zero) {
    using T = decltype(zero);
    const char* kind = std::is_floating_point_v<T> ? "float" : std::is_signed_v<T> ? "int" : "uint";
    return absl::StrCat(kind, 8 * sizeof(T));
  });
}

void Line(const std::string& path, const std::string& type, Bytes bytes) {
  std::cout << path << " " << type << " " << Hex(Digest(bytes)) << "\n";
}

void Print(const Plan& plan, const void* state, const std::string& path);

Bytes ViewOf(const FieldPlan& field, const void* state) {
  if (field.kind != MemberKind::kString) return At<Bytes>(field, state);
  const auto& text = At<std::string_view>(field, state);
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

void PrintField(const FieldPlan& field, const void* state, const std::string& path) {
  if (field.kind == MemberKind::kScalar)
    return Line(path, NameOf(field.base), {&At<std::byte>(field, state), field.element_size});
  if (field.kind == MemberKind::kTable) return Print(*field.nested, &At<std::byte>(field, state), path);
  const Bytes view = ViewOf(field, state);
  if (view.data() == nullptr) {
    std::cout << path << " absent\n";
    return;
  }
  const std::string count = absl::StrCat("[", view.size(), "]");
  switch (field.kind) {
    case MemberKind::kString:
      return Line(path, "text", view);
    case MemberKind::kVector:
      return Line(path,
                  (field.leaves.empty() ? NameOf(field.element) : absl::StrCat("struct", field.element_size)) + count,
                  {view.data(), view.size() * field.element_size});
    case MemberKind::kStrings: {
      std::string all;
      for (std::string_view text : At<Strings>(field, state)) {
        const uint64_t size = text.size();
        all.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
      }
      return Line(path, "text" + count, std::as_bytes(std::span(all)));
    }
    default:
      std::cout << path << " table" << count << "\n";
      for (size_t i = 0; i < view.size(); ++i)
        Print(*field.nested, view.data() + i * field.info->size, absl::StrCat(path, "[", i, "]"));
  }
}

void Print(const Plan& plan, const void* state, const std::string& path) {
  for (const FieldPlan& field : plan.fields) PrintField(field, state, absl::StrCat(path, ".", field.name));
}

void PrintFile(const std::string& path, const std::string& out_dir, size_t number) {
  absl::StatusOr<Model> model = Load(path);
  std::cout << "file " << path << "\n";
  if (!model.ok()) {
    const auto why = GetRejection(model.status());
    // Slots without spaces: the code, the rule, the field ("TreeBlock.nodes[0].right").
    const std::string field = why ? why->path.substr(why->path.rfind(' ') + 1) : "";
    std::cout << "refused " << (why ? why->code : "none") << " " << (why && !why->rule.empty() ? why->rule : "-") << " "
              << (field.empty() ? "-" : field) << "\n";
    return;
  }
  const Audited& audited = model->validated().audited();
  for (size_t i = 0; i < audited.classes().size(); ++i)
    Print(audited.classes()[i]->form->plan(), model->validated().states().states[i], absl::StrCat("objects[", i, "]"));
  std::cout << "content " << Hex(audited.file().ContentDigest().value()) << "\n";
  FileToWrite parts = Unpack(audited.file()).value();
  if (path.ends_with(".prq")) {
    if (std::ranges::any_of(audited.file().objects(), &ObjectRecord::compressed)) return;
    const std::string again = WriteFile(parts).value();
    std::cout << "again " << Hex(Digest(std::as_bytes(std::span(again)))) << "\n";
    return;
  }
  parts.compress = number % 3 == 2;
  const std::string name = absl::StrCat(out_dir, "/", number, ".prq");
  std::ofstream(name, std::ios::binary) << WriteFile(parts).value();
  std::cout << "written " << name << "\n";
}

}  // namespace
}  // namespace pratique

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::string path;
  for (size_t number = 0; std::getline(std::cin, path); ++number) pratique::PrintFile(path, argv[1], number);
}
