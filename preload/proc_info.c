/* SPDX-License-Identifier: MIT */
#include "preload/proc_info.h"

#include <string.h>

#include "preload/libunwind.h"

/* The binary search table of .eh_frame_hdr (LSB Core, 10.6.2): version 1,
 * pairs of 4-byte offsets relative to the header, after a 4-byte count. */
#define HDR_VERSION 1
#define HDR_COUNT_UDATA4 0x03
#define HDR_TABLE_DATAREL_SDATA4 0x3b
#define HDR_TABLE_START 12

int proc_info_find(unw_addr_space_t as, unw_word_t ip, unw_proc_info_t *info,
		   int need_unwind_info, void *arg)
{
	struct loader_object found;
	unw_dyn_info_t table = { .format = UNW_INFO_FORMAT_REMOTE_TABLE };
	const uint8_t *header;
	uint32_t count;

	if (!modules_object(ip, &found) || !found.eh_frame_hdr)
		return -UNW_ENOINFO;
	header = found.eh_frame_hdr;
	if (header[0] != HDR_VERSION || header[2] != HDR_COUNT_UDATA4 ||
	    header[3] != HDR_TABLE_DATAREL_SDATA4)
		return -UNW_ENOINFO;
	memcpy(&count, header + 8, sizeof(count));
	table.start_ip = found.start;
	table.end_ip = found.end;
	table.u.rti.segbase = (unw_word_t)header;
	table.u.rti.table_len = count * 8 / sizeof(unw_word_t);
	table.u.rti.table_data = (unw_word_t)(header + HDR_TABLE_START);
	return libunwind.search_table(as, ip, &table, info, need_unwind_info,
				      arg);
}

void proc_info_put(unw_addr_space_t as, unw_proc_info_t *info, void *arg)
{
	(void)as, (void)info, (void)arg;
}

int proc_info_no_list(unw_addr_space_t as, unw_word_t *address, void *arg)
{
	(void)as, (void)address, (void)arg;
	return -UNW_ENOINFO;
}

int proc_info_no_fpreg(unw_addr_space_t as, unw_regnum_t number,
		       unw_fpreg_t *value, int write, void *arg)
{
	(void)as, (void)number, (void)value, (void)write, (void)arg;
	return -UNW_EBADREG;
}

int proc_info_no_resume(unw_addr_space_t as, unw_cursor_t *cursor, void *arg)
{
	(void)as, (void)cursor, (void)arg;
	return -UNW_EINVAL;
}

int proc_info_no_name(unw_addr_space_t as, unw_word_t address, char *name,
		      size_t bytes, unw_word_t *offset, void *arg)
{
	(void)as, (void)address, (void)name, (void)bytes, (void)offset;
	(void)arg;
	return -UNW_ENOINFO;
}

static bool lies_in(const struct modules_range *range, uintptr_t address)
{
	return address - range->low < range->bytes &&
	       sizeof(unw_word_t) <= range->bytes - (address - range->low);
}

int proc_info_read(uint64_t address, unw_word_t *value,
		   struct modules_range *last)
{
	if (!lies_in(last, address) &&
	    !(modules_readable(address, last) && lies_in(last, address)))
		return -UNW_EINVAL;
	memcpy(value, (const void *)(uintptr_t)address, sizeof(*value));
	return 0;
}
