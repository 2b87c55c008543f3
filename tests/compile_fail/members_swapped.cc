// Members of a state stand in the order of its table.
// expect: error: static assertion failed.*not at the place that the table gives it
#include "state/bind.h"

struct Table {
  struct Traits {
    static constexpr size_t fields_number = 2;
    static constexpr const char* fully_qualified_name = "Table";
    static constexpr std::string_view field_names[] = {"first", "second"};
    template <size_t>
    using FieldType = double;
  };
};
struct State {
  using Schema = Table;
#ifdef MUST_FAIL
  BOOST_HANA_DEFINE_STRUCT(State, (double, second), (double, first));
#else
  BOOST_HANA_DEFINE_STRUCT(State, (double, first), (double, second));
#endif
};
const pratique::StructInfo& kInfo = pratique::InfoOf<State>();
