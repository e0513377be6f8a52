# SPDX-License-Identifier: MIT
"""perl: hashes, regular expressions, fork, pipes, sort, local files, die."""
from job import script

script("perl", r"""
use strict; use warnings; use List::Util qw(sum shuffle); use Data::Dumper;
use File::Temp (); use Encode; use JSON::PP; use POSIX ();
my %h; $h{$_ % 97} .= "v$_," for 1 .. 50000;
print "$_ ", length $h{$_}, "\n" for (sort { $a <=> $b } keys %h)[0 .. 5];
my $text = join " ", map { "word$_" } 1 .. 5000; (my $t = $text) =~ s/(\d)(\d)/$2$1/g;
print unpack("%32C*", $t), "\n"; my %seen; $seen{$1}++ while $text =~ /(d\d)/g;
$Data::Dumper::Sortkeys = 1; print Dumper(\%seen);
print JSON::PP->new->canonical->encode({ a => [1 .. 50], b => { %seen } }), "\n";
my @pids; for my $i (1 .. 4) { my $pid = fork; if (!$pid) { my @x = map { $_ x 3 } 1 .. 1000; exit $i } push @pids, $pid }
for (@pids) { waitpid $_, 0; print $? >> 8, "\n" }
open my $pipe, "-|", "seq 1000 | sort -rn" or die; print sum(<$pipe>), "\n"; close $pipe;
open my $f, ">", "written" or die; printf $f "%s\n", encode("UTF-8", chr(0x263a) x 5); close $f;
local $SIG{ALRM} = sub { die "alarm\n" }; eval { alarm 1; select undef, undef, undef, 5; }; print $@;
print sum(map { length } split //, sprintf("%.50f", 1 / 7)), "\n";
warn "a warning"; die { code => 3 } if @ARGV; $! = 9; die "the end";
""", shell="perl", quick=True)
