#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/source.h"
#include "container/claims.h"
#include "registry/program_types.h"
#include "report/print.h"
#include "report/usage.h"

namespace pratique::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string file, policy, root;
  bool json = false;
};

// The model in a file whose container is sound, proven to its end; no policy but the limits has a say.
absl::StatusOr<Model> Proven(const File& file, const Limits& limits) {
  Policy policy;
  policy.limits = limits;
  auto audited = Audit(file, policy, ProgramTypes());
  if (!audited.ok()) return audited.status();
  auto validated = Validate(*audited);
  return validated.ok() ? Build(*validated) : validated.status();
}

// The file's own JSON; as a string where it is none.
Json Claims(std::string_view text) {
  Json json = ParseClaims<Json>(text);
  return json.is_discarded() ? Json(Escape(text)) : json;
}

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json Objects(const File& file) {
  Json objects = Json::array();
  std::vector<std::string> paths = Paths(file);
  for (size_t i = 0; i < paths.size(); ++i) {
    const ObjectRecord& o = file.objects()[i];
    objects.push_back({{"path", paths[i]},
                       {"type", Escape(o.type)},
                       {"params", Claims(o.params)},
                       {"offset", o.offset},
                       {"stored_size", o.stored_size},
                       {"size", o.size},
                       {"compressed", o.compressed},
                       {"sha256", Hex(o.sha256)}});
  }
  return objects;
}

// What a foreign file says of estimators that are not supported.
Json Objects(const std::vector<Outlined>& outline) {
  Json objects = Json::array();
  for (const Outlined& o : outline) {
    Json fitted = Json::object();
    for (const auto& [name, value] : o.fitted) fitted[name] = value;
    objects.push_back({{"path", o.path},
                       {"type", o.type},
                       {"params", Claims(o.params)},
                       {"alike", o.alike},
                       {"attributes", std::move(fitted)}});
  }
  return objects;
}

Json Refusal(const absl::Status& status) {
  const Rejection why = *GetRejection(status);
  return {{"reason", Name(why.reason)}, {"code", why.code}, {"path", why.path}, {"message", why.message}};
}

// One model: its objects, and what a caller has to know to use it.
Json Describe(const Stages& stages, const Limits& limits) {
  Json json = Json::object();
  if (!stages.file) {
    json["refused"] = Refusal(stages.status);
    json["objects"] = Objects(stages.outline);
    return json;
  }
  const File& file = *stages.file;
  json["claims"] = {{"written_by", Claims(file.written_by())}, {"metadata", Claims(file.metadata())}};
  json["golden"] = Json::array();
  for (const GoldenSamples& g : file.golden())
    json["golden"].push_back({{"method", Escape(g.method)}, {"origin", Escape(g.origin)}});
  json["objects"] = Objects(file);
  const absl::StatusOr<Model> model = Proven(file, limits);
  if (!model.ok()) {
    json["refused"] = Refusal(model.status());
    return json;
  }
  json.update(UseJson(*model));
  if (stages.imported) json["set_output"] = SetOutputJson(stages.imported->set_output);
  return json;
}

// The tree of objects, with equal siblings folded into one line.
class Tree {
 public:
  explicit Tree(const File& file) : objects_(file.objects()), children_(objects_.size()), shapes_(objects_.size()) {
    for (size_t i = 0; i < objects_.size(); ++i) {
      if (objects_[i].parent) children_[*objects_[i].parent].push_back(i);
      shapes_[i] = Shape(i);  // owners come after what they own
    }
  }

  std::string Text() const {
    struct Line {
      size_t object, depth, count;
    };
    std::vector<Line> stack = {{objects_.size() - 1, 0, 1}};
    std::string out;
    while (!stack.empty()) {
      Line line = stack.back();
      stack.pop_back();
      AppendLine(out, line.object, line.depth, line.count);
      const auto& all = children_[line.object];
      std::vector<Line> below;
      for (size_t i = 0; i < all.size();) {
        size_t end = i + 1;
        while (end < all.size() && shapes_[all[end]] == shapes_[all[i]]) ++end;
        below.push_back({all[i], line.depth + 1, end - i});
        i = end;
      }
      stack.insert(stack.end(), below.rbegin(), below.rend());
    }
    return out;
  }

 private:
  // Equal for objects with equal types all the way down.
  size_t Shape(size_t object) {
    std::string key(objects_[object].type);
    for (size_t child : children_[object]) absl::StrAppend(&key, "\n", shapes_[child]);
    return known_.emplace(std::move(key), known_.size()).first->second;
  }

  void AppendLine(std::string& out, size_t object, size_t depth, size_t count) const {
    const ObjectRecord& o = objects_[object];
    out.append(2 * std::min<size_t>(depth, 40), ' ');
    std::string type = Escape(o.type);
    if (count > 1) {
      absl::StrAppend(&out, Escape(o.role), " ...: ", count, " x ", type.substr(type.rfind('.') + 1), "\n");
    } else {
      absl::StrAppend(&out, Escape(o.role), ": ", depth == 0 ? type : type.substr(type.rfind('.') + 1), " ",
                      Escape(o.params, 300), "\n");
    }
  }

  std::span<const ObjectRecord> objects_;
  std::vector<std::vector<size_t>> children_;
  std::vector<size_t> shapes_;
  std::map<std::string, size_t> known_;
};

std::string Text(const std::vector<Outlined>& outline) {
  std::string out;
  for (const Outlined& o : outline) {
    const std::string indent(2 * std::min<size_t>(o.depth, 20), ' ');
    absl::StrAppend(&out, indent, o.path, o.alike > 1 ? absl::StrCat(" ...: ", o.alike, " x ") : ": ", o.type, " ",
                    Escape(o.params, 300), "\n");
    for (const auto& [name, value] : o.fitted) absl::StrAppend(&out, indent, "    ", name, ": ", value, "\n");
  }
  return out;
}

std::string Text(const Stages& stages, const Limits& limits) {
  if (!stages.file)
    return absl::StrCat(Text(stages.outline), "cannot be loaded:\n", FindingText(*GetRejection(stages.status)));
  const File& file = *stages.file;
  std::string out = Tree(file).Text();
  if (!file.written_by().empty()) absl::StrAppend(&out, "claimed origin: ", Escape(file.written_by(), 1000), "\n");
  if (!file.metadata().empty()) absl::StrAppend(&out, "claimed metadata: ", Escape(file.metadata(), 4000), "\n");
  for (const GoldenSamples& g : file.golden())
    absl::StrAppend(&out, "golden samples: ", Escape(g.method), ", by ", Escape(g.origin), "\n");
  const absl::StatusOr<Model> model = Proven(file, limits);
  if (model.ok()) {
    out += UseText(*model);
    for (size_t i = 0; stages.imported && i < stages.imported->set_output.size(); ++i)
      absl::StrAppend(&out, "set_output: ", SetOutputText(stages.imported->set_output[i]), "\n");
    return out;
  }
  return absl::StrCat(out, "cannot be loaded:\n", FindingText(*GetRejection(model.status())));
}

std::string Text(const std::string& name, const Passage& passage, const Limits& limits) {
  std::string out = absl::StrCat(ShownPath(name), ": ", passage.sniffed.format, ", ");
  if (passage.file) absl::StrAppend(&out, passage.file->objects().size(), " objects, ");
  if (!passage.roots.empty()) absl::StrAppend(&out, "a bundle of ", passage.roots.size(), ", ");
  absl::StrAppend(&out, "sha256 ", passage.sha256, "\n");
  for (const BundleRoot& root : passage.roots) {
    if (!root.path.empty()) absl::StrAppend(&out, "--root '", root.path, "'\n");
    out += Text(root, limits);
  }
  if (passage.roots.empty()) out += Text(passage, limits);
  return out + "No sample was run and no policy asked; `pratique validate` gives a verdict.\n";
}

Json AsJson(const std::string& name, const Passage& passage, const Limits& limits) {
  Json json = {{"v", 1}, {"record", "inspect"}, {"format", passage.sniffed.format}, {"sha256", passage.sha256}};
  if (passage.roots.empty()) {
    json.update(Describe(passage, limits));
  } else {
    json["roots"] = Json::array();
    for (const BundleRoot& root : passage.roots) {
      Json one = {{"path", root.path}};
      one.update(Describe(root, limits));
      json["roots"].push_back(std::move(one));
    }
  }
  json["file"] = ShownPath(name);
  return json;
}

int RunInspect(const Options& options) {
  auto policy = ReadPolicy(options.policy);
  if (!policy) return kUnchecked;
  const Passage passage = PassFile(options.file, *policy, {options.root, {}}, {}, Stage::kContainer);
  // What is merely not supported is shown as far as it was read; of an attack there is nothing to see.
  const bool shown =
      passage.file || !passage.roots.empty() ||
      (!passage.outline.empty() && VerdictOf(GetRejection(passage.status)->reason) == Verdict::kUnchecked);
  if (!shown) return RefuseModel(options.file, passage.status);
  Print(options.json ? Dump(AsJson(options.file, passage, policy->limits)) + "\n"
                     : Text(options.file, passage, policy->limits));
  return kDone;
}

}  // namespace

Command InspectCommand() {
  auto o = std::make_shared<Options>();
  return {
      "inspect",
      "Show what is in a file and how it is used, without a verdict",
      "pratique inspect model.prq",
      {{.name = "FILE", .value = &o->file, .help = "The file, of any format; - is standard input", .required = true},
       {"--json", &o->json, "One JSON object"},
       PolicyArgument(o->policy),
       RootArgument(o->root)},
      [o] { return RunInspect(*o); }};
}

}  // namespace pratique::cli
