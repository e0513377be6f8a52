// SPDX-License-Identifier: MIT-0
// What is kept has an owner, and a limit: the one that was not used for longest
// goes when a new one comes.
#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>

struct entry { // of yours
	std::string text;
};

class cache {
	static constexpr std::size_t entries_max = 1024; // that are of use
	using item = std::pair<std::string, std::shared_ptr<entry>>;
	std::list<item> by_use; // the last used first
	std::unordered_map<std::string, std::list<item>::iterator> by_name;

public:
	std::shared_ptr<entry> get(const std::string &name)
	{
		auto found = by_name.find(name);
		if (found == by_name.end())
			return nullptr;
		by_use.splice(by_use.begin(), by_use, found->second);
		return by_use.front().second;
	}
	void add(const std::string &name, std::shared_ptr<entry> e)
	{
		if (get(name)) { // now the first
			by_use.front().second = std::move(e);
			return;
		}
		by_use.emplace_front(name, std::move(e));
		by_name[name] = by_use.begin();
		if (by_use.size() > entries_max) {
			by_name.erase(by_use.back().first);
			by_use.pop_back();
		}
	}
};
