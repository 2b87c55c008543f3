// The types that may be reconstructed, as a value.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace [[gnu::visibility("default")]] pratique {

struct Family;  // classes that belong together; src/type/class.h
struct Class;   // one estimator class: name, aliases, family, fitted form; src/type/class.h

// What `pratique types` shows of a class.
struct ClassInfo {
  std::string name;  // canonical: sklearn.ensemble.RandomForestClassifier
  struct Alias {
    std::string name, sklearn;
  };
  std::vector<Alias> aliases;  // names found in files, and the scikit-learn versions whose files they are: "1.1 to 1.9"
  std::string family;          // "@tree" without the @
  std::vector<std::string> methods;
  std::vector<std::string> inputs;  // "dense", "csr", "frame"
  std::string agreement;            // "exact" or a bound, as text
  std::string coverage;             // "predict", "inspect" or "none" (known, not yet supported)
  std::string refuses;              // what it refuses, in one sentence; may be empty
  struct Change {
    std::string release, what;
  };  // of scikit-learn; undone for models that predate it
  std::vector<Change> changes;
};

// Immutable; cheap to copy; safe to share between threads. No static initialisers: Builtin() makes it on first use.
class Registry {
 public:
  static const Registry& Builtin();
  // The built-in types and those that a program brings: nothing else can add any, no file and no policy.
  // kInvalidArgument where the name of an own class, family or place in files is there already: no type stands in for
  // another.
  static absl::StatusOr<Registry> BuiltinAnd(std::span<const Family* const> own);

  // By canonical name; nullptr when it is not registered. Aliases are importers' business.
  const Class* Find(std::string_view canonical_name) const;
  // By a name found in a foreign file ("sklearn.tree._classes.DecisionTreeClassifier"); nullptr when unknown.
  const Class* FindAlias(std::string_view module_and_name) const;
  // Known to exist (all of scikit-learn, the best-known others) but without a C++ form yet.
  bool IsKnown(std::string_view module_and_name) const;
  const Family* FamilyOf(const Class& type) const;  // nullptr for a class that this registry does not list
  bool IsFamily(std::string_view family) const;
  std::span<const Class* const> classes() const;
  std::vector<ClassInfo> List() const;  // registered and known, sorted by name
  std::string digest() const;           // SHA-256 over names and schemas, hex

 private:
  struct Index;
  static void Add(Index& index, const Family& family, const Class& type);
  std::shared_ptr<const Index> index_;
};

}  // namespace pratique
