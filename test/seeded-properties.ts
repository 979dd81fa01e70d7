/** Property tests draw the same cases every time: a failure today is a failure tomorrow, and none comes by chance. */

import fc from 'fast-check';

fc.configureGlobal({ seed: 8_2014 });
