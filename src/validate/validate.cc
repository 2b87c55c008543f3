#include "pratique/validate.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "container/storage.h"
#include "pratique/rejection.h"
#include "state/check.h"
#include "state/layout.h"
#include "state/sound.h"
#include "status_macros.h"
#include "validate/states.h"

namespace pratique {
namespace {

class Validator {
 public:
  explicit Validator(const Audited& audited)
      : audited_(audited),
        objects_(audited.file().objects()),
        storage_(audited.file().storage()),
        states_(std::make_shared<States>()) {}

  absl::StatusOr<std::shared_ptr<const States>> Run() {
    const size_t count = objects_.size();
    states_->states.resize(count, nullptr);
    states_->signatures.resize(count);
    states_->children.resize(count);
    for (size_t i = 0; i + 1 < count; ++i) states_->children[*objects_[i].parent].push_back(i);
    // Post-order: what an object owns is proven, and its promise known, before the object itself.
    for (size_t i = 0; i < count; ++i) {
      RETURN_IF_ERROR(TakeState(i));
      RETURN_IF_ERROR(TakeSignature(i));
    }
    if (states_->signatures.back().tree_block)
      return RefuseRoot("the root is a part of an estimator, not an estimator");
    if (objects_.back().role != "model")
      return RefuseRoot(absl::StrCat("the root is called '", Escape(objects_.back().role, 80), "', and is model"));
    return std::shared_ptr<const States>(states_);
  }

 private:
  absl::Status RefuseRoot(std::string message) {
    return ToStatus({.stage = Stage::kValidate,
                     .reason = Reason::kInvalid,
                     .code = "state.structure",
                     .path = PathOf(objects_, objects_.size() - 1),
                     .message = std::move(message)});
  }

  absl::Status Refuse(size_t i, std::string code, const Violation& v) {
    std::string path = PathOf(objects_, i);
    if (!v.field.empty()) absl::StrAppend(&path, ".", v.field);
    return ToStatus({.stage = Stage::kValidate,
                     .reason = Reason::kInvalid,
                     .code = std::move(code),
                     .path = path,
                     .offset = objects_[i].offset,
                     .rule = v.rule,
                     .got = v.got,
                     .expected = v.expected,
                     .message = absl::StrCat("rule ", v.rule, ": got ", v.got, ", expected ", v.expected),
                     .help = "The content contradicts itself; do not load this model anywhere."});
  }

  absl::Status TooManyTables(size_t i) {
    return ToStatus({.stage = Stage::kValidate,
                     .reason = Reason::kLimit,
                     .code = "limit.tables",
                     .path = PathOf(objects_, i),
                     .offset = objects_[i].offset,
                     .expected = absl::StrCat("at most ", storage_.limits.tables),
                     .message = absl::StrCat("has more tables than the limit of ", storage_.limits.tables),
                     .help = "Raise limits.tables in the policy if you trust the source."});
  }

  absl::Status TakeState(size_t i) {
    const Form& form = *audited_.classes()[i]->form;
    ASSIGN_OR_RETURN(std::span<const std::byte> segment, StateBytes(storage_, objects_[i], states_->arena));
    if (segment.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) {
      return Refuse(i, "state.layout", {"", "size", absl::StrCat(segment.size(), " bytes"), "less than 2 GiB"});
    }
    const Soundness sound =
        segment.size() < 8 ? Soundness::kUnsound : VerifyBytes(segment, storage_.limits.tables, form.verify);
    if (sound == Soundness::kTooManyTables) return TooManyTables(i);
    if (sound == Soundness::kUnsound) {
      return Refuse(i, "state.layout",
                    {"", "flatbuffer", "an unsound layout", absl::StrCat("a sound ", form.info->table)});
    }
    void* state = states_->arena.New<std::byte>(form.info->size).data();
    const Plan& plan = form.plan();
    if (auto violation = Decode(plan, segment, state, states_->arena)) {
      if (violation->rule != "newer") return Refuse(i, "state.layout", *violation);
      return ToStatus({.stage = Stage::kValidate,
                       .reason = Reason::kUnsupported,
                       .code = "state.newer",
                       .path = PathOf(objects_, i),
                       .message = "written by a newer pratique: the state has fields this one does not know",
                       .help = "Update pratique, or convert the model with this one."});
    }
    if (auto offset = FirstNonCanonicalByte(plan, state, segment)) {
      return Refuse(i, "state.canonical",
                    {"", "canonical", absl::StrCat("another byte at ", *offset, " of the segment"),
                     "encode(decode(bytes)) == bytes"});
    }
    if (auto violation = CheckRules(plan, state, states_->children[i].size()))
      return Refuse(i, "state.rule", *violation);
    if (form.invariant) {
      if (auto violation = form.invariant(state)) return Refuse(i, "state.rule", *violation);
    }
    states_->states[i] = state;
    return absl::OkStatus();
  }

  absl::Status TakeSignature(size_t i) {
    const Form& form = *audited_.classes()[i]->form;
    std::vector<Signature> signatures;
    std::vector<const void*> states;
    std::vector<const StructInfo*> infos;
    std::vector<std::string_view> roles, types;
    for (uint32_t child : states_->children[i]) {
      signatures.push_back(states_->signatures[child]);
      states.push_back(states_->states[child]);
      infos.push_back(audited_.classes()[child]->form->info);
      roles.push_back(objects_[child].role);
      types.push_back(audited_.classes()[child]->name);
    }
    absl::StatusOr<Signature> signature =
        form.infer(states_->states[i], Children{signatures, states, infos, roles, types, &storage_.limits});
    if (!signature.ok()) {
      // What is no contradiction, but is not reproduced.
      if (std::optional<Rejection> why = GetRejection(signature.status()); why && why->reason == Reason::kUnsupported) {
        why->path = PathOf(objects_, i);
        why->offset = objects_[i].offset;
        return ToStatus(*std::move(why));
      }
      return ToStatus({.stage = Stage::kValidate,
                       .reason = Reason::kInvalid,
                       .code = "state.structure",
                       .path = PathOf(objects_, i),
                       .offset = objects_[i].offset,
                       .rule = "infer",
                       .message = std::string(signature.status().message()),
                       .help = "The parts of this model do not fit each other."});
    }
    if (signature->n_features_out.value_or(0) > storage_.limits.output_columns) {
      return ToStatus({.stage = Stage::kValidate,
                       .reason = Reason::kLimit,
                       .code = "limit.output_columns",
                       .path = PathOf(objects_, i),
                       .got = absl::StrCat(*signature->n_features_out),
                       .expected = absl::StrCat("at most ", storage_.limits.output_columns),
                       .message = absl::StrCat("would produce ", *signature->n_features_out, " columns, the limit is ",
                                               storage_.limits.output_columns),
                       .help = "Raise limits.output_columns in the policy if you trust the source."});
    }
    if (!signature->has_methods) {
      for (size_t m = 0; m < kMethods; ++m) {
        if (form.methods[m]) signature->methods.push_back(static_cast<Method>(m));
      }
    }
    states_->signatures[i] = std::move(*signature);
    return absl::OkStatus();
  }

  const Audited& audited_;
  std::span<const ObjectRecord> objects_;
  const Storage& storage_;
  std::shared_ptr<States> states_;
};

}  // namespace

std::string PathOf(std::span<const ObjectRecord> objects, size_t index) {
  std::string_view type = objects[index].type;
  std::vector<std::string> roles;
  for (size_t i = index;; i = *objects[i].parent) {
    roles.push_back(Escape(objects[i].role, 80));
    if (!objects[i].parent) break;
  }
  std::reverse(roles.begin(), roles.end());
  std::string path;
  for (const std::string& role : roles) absl::StrAppend(&path, path.empty() ? "" : ".", role);
  return absl::StrCat(path, " ", Escape(type.substr(type.rfind('.') + 1), 80));
}

absl::StatusOr<Validated> Validate(Audited audited) try {
  ASSIGN_OR_RETURN(std::shared_ptr<const States> states, Validator(audited).Run());
  return Validated(std::move(audited), std::move(states));
} catch (const std::bad_alloc&) {
  return ToStatus(
      {.stage = Stage::kValidate, .reason = Reason::kLimit, .code = "limit.memory", .message = "out of memory"});
}

}  // namespace pratique
