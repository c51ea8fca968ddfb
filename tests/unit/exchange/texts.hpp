#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace carillon::testing {

/// A small params.txt with what makes real ones hard: element types that are not in alphabetical order, a cluster type whose
/// atoms are listed in another order than ours, a commented header, pairs with seven and eight columns, a special cutoff whose
/// list order is not the type's, an excluded and a pruned type.
inline const char* const small_params = R"(! A model for tests
! WARNING: not for use
!
USECOUL: false
FITCOUL: false
USEPOVR: false
FITPOVR: false
USE3BCH: true
USE4BCH: false

PAIRTYP: CHEBYSHEV 2 2 0 -1 1

ATOM TYPES: 2

# TYPEIDX #	# ATM_TYP #	# ATMCHRG #	# ATMMASS #
0	N	0	14.007
1	H	0	1.008

ATOM PAIRS: 3

!# PAIRIDX #	# ATM_TY1 #	# ATM_TY1 #	# S_MINIM #
0	N	N	0.8	5	0.01	MORSE	1.1
1	H	H	0.5	5.5	MORSE	0.8	## no s_delta
2	N	H	0.7	5	0.01	MORSE	1

FCUT TYPE: TERSOFF 0.5

SPECIAL 3B S_MAXIM: SPECIFIC 1
NHNNNH NH NH NN 3.5 3.5 4.5

ATOM PAIR TRIPLETS: 4

PAIR CHEBYSHEV PARAMS

PAIRTYPE PARAMS: 0 N N

0 100
1 200

PAIRTYPE PARAMS: 1 H H

0 11
1 12

PAIRTYPE PARAMS: 2 N H

0 21
1 -22.5

TRIPLET CHEBYSHEV PARAMS

TRIPLETTYPE PARAMS:
   INDEX: 0 ATOMS: N N N
PAIRS: NN NN NN UNIQUE: 2 TOTAL: 4
     index  |  powers  |  equiv index  |  param index  |       parameter
   ----------------------------------------------------------------------------
      0       0   1   1         0               0        31
      1       1   0   1         0               0        31
      2       1   1   0         0               0        31
      3       1   1   1         3               1        32

TRIPLETTYPE PARAMS:
   INDEX: 1 ATOMS: N N H
PAIRS: NN NH NH UNIQUE: -1 TOTAL: 3
     index  |  powers  |  equiv index  |  param index  |       parameter
   ----------------------------------------------------------------------------
      0       0   1   1         0               0        41
      1       1   0   1         1               1        42
      2       1   1   0         1               1        42

TRIPLETTYPE PARAMS:
   INDEX: 2 ATOMS: H H N
PAIRS: HH NH NH EXCLUDED:

TRIPLETTYPE PARAMS:
   INDEX: 3 ATOMS: H H H
PAIRS: HH HH HH UNIQUE: -1 TOTAL: 0
     index  |  powers  |  equiv index  |  param index  |       parameter
   ----------------------------------------------------------------------------

PAIRMAPS: 4
1 HH
2 HN
2 NH
0 NN

TRIPMAPS: 8
3 HHHHHH
2 HHNHNH
2 NHHHNH
2 NHNHHH
1 NHNHNN
1 NHNNNH
1 NNNHNH
0 NNNNNN

NO ENERGY OFFSETS: 2
ENERGY OFFSET 1 -50
ENERGY OFFSET 2 -10

ENDFILE
)";

/// A small fm_setup.in in the style of the field's.
inline const char* const small_setup = R"(####### CONTROL VARIABLES #######

# TRJFILE # ! the trajectory
	MULTI traj_list.dat
# WRAPTRJ #
	true
# NFRAMES #
	20
# NLAYERS #
	1
# FITCOUL #
	false
# FITSTRS #
	FIRSTALL 12
# FITENER #
	FIRST 15
# PAIRTYP #
	CHEBYSHEV 6 4 3 -1 1
# CHBTYPE #
	MORSE
# HIERARC #
	true

EXCLUDE 1B INTERACTION: 1
H

EXCLUDE 2B INTERACTION: 1
H H

EXCLUDE 3B INTERACTION: 2
H H H
N H N

# NATMTYP #
	2

# TYPEIDX #	# ATM_TYP #	# ATMCHRG #	# ATMMASS #
1	N	0.0	14.007
2	H	0.0	1.008

# PAIRIDX #	# ATM_TY1 #	# ATM_TY1 #	# S_MINIM #	# S_MAXIM #	# S_DELTA #	# MORSE_LAMBDA #	# USEOVRP #
1	N	N	0.8	5.0	0.01	1.1	false
2	H	N	0.7	5.2	0.01	1.0	false
3	H	H	0.5	5.5	0.01	0.8	false

SPECIAL 3B S_MINIM: ALL 0.6

SPECIAL 4B S_MAXIM: SPECIFIC 1
NNNNNHNNNHNH NH NH NH NN NN NN 3.5 3.5 3.5 6.5 6.5 6.5

# FCUTTYP #
	TERSOFF 0.75

# ENDFILE #
)";

/// Replaces the first `from` in the text by `to`; a test whose edit finds nothing would test nothing.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("the text has no '" + from + "'");
  return text.replace(at, from.size(), to);
}

inline std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace carillon::testing
