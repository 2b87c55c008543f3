#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/source.h"
#include "container/claims.h"

namespace pratique::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string file, policy;
  bool json = false;
};

// The file's own JSON; as a string where it is none.
Json Claims(std::string_view text) {
  Json json = ParseClaims<Json>(text);
  return json.is_discarded() ? Json(Escape(text)) : json;
}

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json Describe(const Passage& passage) {
  const File& file = *passage.file;
  Json objects = Json::array(), golden = Json::array();
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
  for (const GoldenSamples& g : file.golden())
    golden.push_back({{"method", Escape(g.method)}, {"origin", Escape(g.origin)}});
  Json json = {{"v", 1}, {"record", "inspect"}, {"format", passage.sniffed.format}, {"sha256", passage.sha256}};
  json["claims"] = {{"written_by", Claims(file.written_by())}, {"metadata", Claims(file.metadata())}};
  json["golden"] = std::move(golden);
  json["objects"] = std::move(objects);
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

std::string Text(const std::string& name, const Passage& passage) {
  const File& file = *passage.file;
  std::string out = absl::StrCat(Escape(name, 4096), ": ", passage.sniffed.format, ", ", file.objects().size(),
                                 " objects, sha256 ", passage.sha256, "\n");
  out += Tree(file).Text();
  if (!file.written_by().empty()) absl::StrAppend(&out, "claimed origin: ", Escape(file.written_by(), 1000), "\n");
  if (!file.metadata().empty()) absl::StrAppend(&out, "claimed metadata: ", Escape(file.metadata(), 4000), "\n");
  for (const GoldenSamples& g : file.golden())
    absl::StrAppend(&out, "golden samples: ", Escape(g.method), ", by ", Escape(g.origin), "\n");
  return out + "Nothing was checked but the container; `pratique validate` gives a verdict.\n";
}

int RunInspect(const Options& options) {
  auto policy = ReadPolicy(options.policy);
  if (!policy) return kUnchecked;
  Passage passage = PassFile(options.file, *policy, {}, {}, Stage::kContainer);
  if (!passage.status.ok()) return RefuseModel(options.file, passage.status);
  if (options.json) {
    Json json = Describe(passage);
    json["file"] = Escape(options.file, 4096);
    Print(Dump(json) + "\n");
  } else {
    Print(Text(options.file, passage));
  }
  return kDone;
}

}  // namespace

void AddInspect(CLI::App& app, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* c = AddCommand(app, "inspect", "Show what is in a file, without building it and without a verdict",
                           "pratique inspect model.prq", exit_code, o, RunInspect);
  c->add_option("FILE", o->file, "The file, of any format; - is standard input")->required();
  c->add_flag("--json", o->json, "One JSON object");
  AddPolicyOption(c, o->policy);
}

}  // namespace pratique::cli
