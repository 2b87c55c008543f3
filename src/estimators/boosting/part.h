// An object inside an estimator that is no estimator of its own here: read, attribute by attribute.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"

namespace pratique {

class Part {
 public:
  // The value `id` at `path` of the context's object. It must be an instance of `type`, made as pickle makes one.
  static absl::StatusOr<Part> Of(ImportContext& context, graph::Id id, std::string path, std::string_view type);

  // Refuses by name an attribute that is not in the list, words with a space between them.
  absl::Status HasOnly(std::string_view attributes) const;
  // kNoId: absent.
  graph::Id operator[](std::string_view attribute) const { return context_->graph().Find(id_, attribute); }

  // What an attribute must be; else it is refused by name.
  absl::Status IsNone(std::string_view attribute) const;
  absl::Status IsFalse(std::string_view attribute) const;
  absl::Status IsNaN(std::string_view attribute) const;
  absl::Status IsText(std::string_view attribute, std::string_view text) const;
  absl::Status IsNumber(std::string_view attribute, uint64_t number) const;
  absl::Status HasDefaultOutput() const;       // _sklearn_output_config
  absl::Status HasNames(Strings names) const;  // feature_names_in_; absent if there are none
  absl::Status Other(std::string_view attribute, std::string_view expected) const;

  const std::string& path() const { return path_; }

 private:
  Part(ImportContext& context, graph::Id id, std::string path) : context_(&context), id_(id), path_(std::move(path)) {}
  ImportContext* context_;
  graph::Id id_;
  std::string path_;
};

}  // namespace pratique
